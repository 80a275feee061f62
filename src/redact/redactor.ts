import { type SentParts, secretsInRequest } from './find-secrets.ts';
import { KnownSecrets } from './known-secrets.ts';
import { redactBody, redactText } from './redact-text.ts';
import { redactUrl } from './redact-url.ts';
import { redactYaml } from './redact-yaml.ts';
import { isSecretName } from './secret-names.ts';

export { redactUrl };

/**
 * Keeps secrets out of the log, of pages and of answers: first the known secrets in all their encodings; then the
 * values with secret names, and values that look like tokens. The rest of a text stays unchanged.
 */
export class Redactor {
  readonly #known: KnownSecrets;
  /** The secrets of the request whose answer is redacted. */
  readonly #echoed: KnownSecrets | undefined;

  /** @param secrets the secrets of the configuration; the list may grow */
  constructor(secrets: readonly string[] | KnownSecrets, echoed?: KnownSecrets) {
    this.#known = secrets instanceof KnownSecrets ? secrets : new KnownSecrets(secrets);
    this.#echoed = echoed;
  }

  /** A redactor for the answer to this request: the answer may repeat the request's secrets without their names. */
  forRequest(request: SentParts): Redactor {
    return new Redactor(this.#known, new KnownSecrets(secretsInRequest(request)));
  }

  /** For texts of our own, such as a line of the log, whose parts were redacted before. */
  redactKnownSecrets(text: string): string {
    return this.#known.redact(text);
  }

  url(url: string): string {
    return redactUrl(this.redactKnownSecrets(url));
  }

  /** The body of a request, form or JSON. */
  body(body: string): string {
    return redactBody(this.redactKnownSecrets(body));
  }

  /** A receiver's answer, which may repeat the request in any form; or any other text of foreign origin. */
  text(text: string): string {
    const redacted = this.redactKnownSecrets(text);
    return redactText(this.#echoed?.redact(redacted) ?? redacted);
  }

  /** A piece of config.yaml; references to secrets stay as they are. */
  yaml(yaml: string): string {
    return this.text(redactYaml(yaml));
  }

  /** Headers, or parameters, by their names. */
  fields(fields: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        value !== '' && isSecretName(name) ? '***' : this.redactKnownSecrets(value),
      ]),
    );
  }
}
