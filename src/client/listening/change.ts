/** Something on the server is no longer as it was. */
export type Change =
  | { readonly type: 'toolsListChanged' }
  | { readonly type: 'promptsListChanged' }
  | { readonly type: 'resourcesListChanged' }
  | { readonly type: 'resourceUpdated'; readonly uri: string }
  /** The connection was lost and is back: whatever is listened for may have changed meanwhile. */
  | { readonly type: 'reconnected' };
