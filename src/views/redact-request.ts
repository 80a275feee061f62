import type { Redactor } from '../redact/redactor.ts';
import type { RuleRequest } from '../rules/request.ts';

/** A request without secrets. */
export function redactRequest(request: RuleRequest, redactor: Redactor): RuleRequest {
  return {
    ...request,
    url: redactor.url(request.url),
    headers: redactor.fields(request.headers),
    params: redactor.fields(request.params),
    ...(request.body !== undefined && { body: redactor.body(request.body) }),
  };
}
