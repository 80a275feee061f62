import type * as z from 'zod';
import type { Access, Visitor } from './auth/visitor.ts';
import type { EventStream } from './render/event-stream.ts';
import type { Flash } from './render/flash.ts';
import type { Href } from './render/href.ts';
import type { Html } from './render/html.ts';

/*
 * The declarations of pages, forms and API routes. Paths of pages are written as in Fastify (`/extensions/:extension`),
 * paths of the API as in OpenAPI (`/extensions/{extension}`), below /api/v1.
 */

/** The parts of the navigation. */
export const SECTIONS = ['overview', 'extensions', 'calls', 'deliveries', 'settings'] as const;
export type SectionName = (typeof SECTIONS)[number];

/** The log entry of a change; the log redacts secrets in it. */
export interface Change {
  /** In words: `changed rule 7d0f2c51 of 101`. */
  what: string;
  before?: unknown;
  after?: unknown;
}

export interface PageRequest {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  visitor: Visitor;
}

export interface ActionRequest extends PageRequest {
  /** The fields of the form. */
  form: URLSearchParams;
}

/** A whole page, in the layout. */
export interface Page {
  title: string;
  /** Its part of the navigation; absent: none. */
  section?: SectionName;
  body: Html;
  /** Left out: 200. */
  status?: number;
}

/** Sends the browser to another page after a form, so that "reload" does not send the form again. */
export interface SeeOther {
  seeOther: Href;
  /** Shown once, on the next page. */
  flash?: Flash;
  change?: Change;
}

/** An answer that is not a whole page: a part of a page for app.js, a CSV, a curl line. */
export interface Text {
  /** `text/html; charset=utf-8` for a piece of a page. */
  type: string;
  text: string | Html;
  status?: number;
  /** Saved as a file of this name, instead of shown. */
  saveAs?: string;
  change?: Change;
}

export interface PageRoute {
  path: string;
  access: Access;
  show(request: PageRequest): Page | SeeOther | Text | Promise<Page | SeeOther | Text>;
}

/** The route of a form. Its answer has the log entry in `change`. */
export interface ActionRoute {
  path: string;
  access: Access;
  run(request: ActionRequest): Page | SeeOther | Text | Promise<Page | SeeOther | Text>;
}

/** An answer of the API that a route declares. */
export interface DeclaredAnswer {
  description: string;
  /** Absent: no body. */
  schema?: z.ZodType;
  headers?: Readonly<Record<string, string>>;
}

export interface ApiAnswer {
  status: number;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  change?: Change;
}

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

export interface ApiRoute<
  Params extends z.ZodObject | undefined = undefined,
  Query extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  access: Access;
  /** One line for the OpenAPI document. */
  summary: string;
  /** Its section of the document: `Deliveries`. */
  tag: string;
  /** Texts, by the names in the path; where left out they are unchecked, and `params` is absent. */
  params?: Params;
  /** Each field comes as a text; a field that is there twice is refused. */
  query?: Query;
  body?: Body;
  /** The answers by status. Errors that any route may have need not be declared. */
  answers: Readonly<Record<number, DeclaredAnswer>>;
  handle(request: {
    params: Output<Params>;
    query: Output<Query>;
    body: Output<Body>;
    visitor: Visitor;
    headers: Readonly<Record<string, string | string[] | undefined>>;
  }): ApiAnswer | Promise<ApiAnswer>;
}

/** Server-sent events, below /api/v1 as well. */
export interface StreamRoute {
  path: string;
  summary: string;
  tag: string;
  /** Called for each visitor; what it subscribes to is ended with `stream.onClose`. */
  open(stream: EventStream, request: PageRequest): void;
}

/** Takes the declarations of routes. */
export interface Router {
  page(route: PageRoute): void;
  /** A form, sent with POST. */
  action(route: ActionRoute): void;
  api<
    Params extends z.ZodObject | undefined = undefined,
    Query extends z.ZodObject | undefined = undefined,
    Body extends z.ZodType | undefined = undefined,
  >(route: ApiRoute<Params, Query, Body>): void;
  stream(route: StreamRoute): void;
}
