import { ready } from './ready.ts';

/** A program that does nothing: what Node itself takes to start. */
ready();
