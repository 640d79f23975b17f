// `mcp-rondo/state`: sealing a flow's state into a string. An explicit list.

export {
  DEFAULT_MAX_STATE,
  StateSeal,
  StateRefusal,
  sealedProtection,
  unsafePlaintext,
} from './state-seal.ts';
export type { Protection } from './state-seal.ts';
export { CLOCK_SKEW } from './claims.ts';
export type { Expectation, FailedCheck, FlowState } from './claims.ts';
export { principalTag } from './binding.ts';
export type { Binding } from './binding.ts';
export { argumentsDigest } from './arguments-digest.ts';
export { FlowSecret } from './flow-secret.ts';
export { KEYS_VARIABLE, KeyRing, generateKey, parseKeys } from './key-ring.ts';
export type { KeyMaterial } from './key-ring.ts';
export type { JsonObject, JsonValue } from '../base/json/json.ts';
export type { Principal } from '../protocol/principal.ts';
