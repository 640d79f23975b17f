export interface StringField {
  type: 'string';
  title?: string;
  description?: string;
  minLength?: number;
  maxLength?: number;
  format?: 'email' | 'uri' | 'date' | 'date-time';
  default?: string;
}

export interface NumberField {
  type: 'number' | 'integer';
  title?: string;
  description?: string;
  minimum?: number;
  maximum?: number;
  default?: number;
}

export interface BooleanField {
  type: 'boolean';
  title?: string;
  description?: string;
  default?: boolean;
}

/** One of several strings; `enumNames` is the earlier way to title them. */
export interface EnumField {
  type: 'string';
  title?: string;
  description?: string;
  enum: string[];
  enumNames?: string[];
  default?: string;
}

export interface TitledEnumField {
  type: 'string';
  title?: string;
  description?: string;
  oneOf: { const: string; title: string }[];
  default?: string;
}

/** Any number of several strings. */
export interface MultiSelectField {
  type: 'array';
  title?: string;
  description?: string;
  items: { type: 'string'; enum: string[] } | { anyOf: { const: string; title: string }[] };
  minItems?: number;
  maxItems?: number;
  default?: string[];
}

/** A property of a form. */
export type FormField =
  StringField | NumberField | BooleanField | EnumField | TitledEnumField | MultiSelectField;

/**
 * The flat schema a form question carries.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#requested-schema
 */
export interface FormSchema {
  type: 'object';
  properties: Record<string, FormField>;
  required?: string[];
}

export interface FormElicitation {
  mode?: 'form';
  message: string;
  requestedSchema: FormSchema;
}

export interface UrlElicitation {
  mode: 'url';
  message: string;
  url: string;
}

/** What a form field can be answered with. */
export type FormValue = string | number | boolean | string[];

/**
 * The client's answer to either kind of elicitation.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/client/elicitation#response-actions
 */
export interface ElicitResult {
  action: 'accept' | 'decline' | 'cancel';
  content?: Record<string, FormValue>;
}
