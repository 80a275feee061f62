export type Access = 'read' | 'write';

/** Who asks. */
export interface Visitor {
  /** The name of the user, or of the token. */
  name: string;
  access: Access;
  /** The address that the request comes from. */
  from: string;
  /** By what the visitor is known: a login, a token of the API, or nothing (the demo). */
  by: 'session' | 'token' | 'demo';
  /** Whether the visitor may still look: logged in, with the same password. For what goes on for long. */
  isValid(): boolean;
}
