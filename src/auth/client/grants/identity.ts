/** A client as an authorization server knows it. */
export interface Identity {
  readonly client_id: string;
  readonly client_secret?: string | undefined;
  /** A private key, whose signature stands for a secret (`private_key_jwt`). */
  readonly privateKey?: PrivateKey | undefined;
  readonly token_endpoint_auth_method?: string | undefined;
}

/** A private key of the platform's WebCrypto: a `CryptoKey`, which not every set of types has. */
export interface SigningKey {
  readonly type: string;
  readonly algorithm: { readonly name: string };
  readonly extractable: boolean;
  readonly usages: readonly string[];
}

/** A key that signs, and the id under which the authorization server knows it. */
export interface PrivateKey {
  readonly key: SigningKey;
  readonly kid?: string;
}
