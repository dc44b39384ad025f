/** The command was called in a way it cannot work with. */
export class UsageError extends Error {}

/** Exit codes of the command. */
export const SUCCESS = 0;
export const FAILURE = 1;
export const WRONG_USAGE = 2;
