/** An answer in AWS's JSON, in which times are seconds. */
export interface Answer {
  readonly status: number;
  readonly body: any;
}

/** An error by its name in AWS's model. */
export function refusal(code: string, message: string): Answer {
  return { status: code === 'ServerException' ? 500 : 400, body: { __type: code, message } };
}

/** AWS's JSON of what its SDK has as objects. */
export function awsJson(body: unknown): string {
  return JSON.stringify(body, function (key, value) { return this[key] instanceof Date ? this[key].getTime() / 1_000 : value; });
}
