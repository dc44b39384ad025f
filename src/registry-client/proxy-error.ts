/** A proxy on the way to a registry does not let a request through. Its message has no credentials. */
export class ProxyError extends Error {
  public readonly name = 'ProxyError';
}
