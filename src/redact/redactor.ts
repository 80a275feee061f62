import { type SentParts, secretsInRequest } from './find-secrets.ts';
import { KnownSecrets } from './known-secrets.ts';
import { redactBody, redactText } from './redact-text.ts';
import { redactUrl } from './redact-url.ts';
import { redactYaml } from './redact-yaml.ts';
import { isSecretName } from './secret-names.ts';

export { redactUrl };

/**
 * Keeps secrets out of all that is shown: first those that are known, in any form in which they may come up; then what
 * sounds secret by its name or looks like a token. Everything else in a text stays as it was.
 */
export class Redactor {
  readonly #known: KnownSecrets;
  /** What stands in the request that is answered. */
  readonly #echoed: KnownSecrets | undefined;

  /** @param secrets those that the configuration names; the list may grow */
  constructor(secrets: readonly string[] | KnownSecrets, echoed?: KnownSecrets) {
    this.#known = secrets instanceof KnownSecrets ? secrets : new KnownSecrets(secrets);
    this.#echoed = echoed;
  }

  /** The same for what is answered to this request, which may repeat its secrets without their names. */
  forRequest(request: SentParts): Redactor {
    return new Redactor(this.#known, new KnownSecrets(secretsInRequest(request)));
  }

  /** Only what is known: for texts of our own, such as a line of the log, whose parts were redacted before. */
  redactKnownSecrets(text: string): string {
    return this.#known.redact(text);
  }

  url(url: string): string {
    return redactUrl(this.redactKnownSecrets(url));
  }

  /** A body that is sent, form or JSON. */
  body(body: string): string {
    return redactBody(this.redactKnownSecrets(body));
  }

  /** What a receiver answers, which may repeat the request in any form; or any other text of foreign origin. */
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
