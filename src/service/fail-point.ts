/** Called at those steps of a delivery at which the fault tests kill the process; absent in production. */
export type FailPoint = (name: 'after write' | 'before send' | 'after answer' | 'before record') => void;
