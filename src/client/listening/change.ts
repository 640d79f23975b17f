/** Something on the server has changed. */
export type Change =
  | { readonly type: 'toolsListChanged' }
  | { readonly type: 'promptsListChanged' }
  | { readonly type: 'resourcesListChanged' }
  | { readonly type: 'resourceUpdated'; readonly uri: string }
  /** The connection was lost and is back: everything listened for may have changed meanwhile. */
  | { readonly type: 'reconnected' };
