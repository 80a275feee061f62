export type Access = 'read' | 'write';

/** The maker of a request. */
export interface Visitor {
  /** The name of the user, or of the token. */
  name: string;
  access: Access;
  /** The address that the request comes from. */
  from: string;
  /** How the visitor was recognised: by a login, a token of the API, or not at all (the demo). */
  by: 'session' | 'token' | 'demo';
  /** Whether the visitor is still logged in, with the same password. For streams, which stay open for long. */
  isValid(): boolean;
}
