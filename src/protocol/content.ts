import type { UnknownRecord } from './json.ts';

/** Who a message or an annotation is for. */
export type Role = 'user' | 'assistant';

/** Hints for the client on how to use a piece of content. */
export interface Annotations {
  audience?: Role[];
  /** From 0 (optional) to 1 (required). */
  priority?: number;
  /** ISO 8601. */
  lastModified?: string;
}

interface Annotated {
  annotations?: Annotations;
  _meta?: UnknownRecord;
}

/** An image that stands for something in a user interface. https or data URIs only (SE-4). */
export interface Icon {
  src: string;
  mimeType?: string;
  sizes?: string[];
  theme?: 'light' | 'dark';
}

export interface TextContent extends Annotated {
  type: 'text';
  text: string;
}

export interface ImageContent extends Annotated {
  type: 'image';
  /** Base64. */
  data: string;
  mimeType: string;
}

export interface AudioContent extends Annotated {
  type: 'audio';
  /** Base64. */
  data: string;
  mimeType: string;
}

export interface TextResourceContents {
  uri: string;
  mimeType?: string;
  text: string;
  _meta?: UnknownRecord;
}

export interface BlobResourceContents {
  uri: string;
  mimeType?: string;
  /** Base64. */
  blob: string;
  _meta?: UnknownRecord;
}

export type ResourceContents = TextResourceContents | BlobResourceContents;

export interface Resource extends Annotated {
  uri: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  icons?: Icon[];
  /** Bytes. */
  size?: number;
}

export interface ResourceLink extends Resource {
  type: 'resource_link';
}

export interface EmbeddedResource extends Annotated {
  type: 'resource';
  resource: ResourceContents;
}

/** One block of a tool result or a prompt message (checklist TO-8). */
export type ContentBlock =
  TextContent | ImageContent | AudioContent | ResourceLink | EmbeddedResource;
