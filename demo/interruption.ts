import { constants } from 'node:os';

type SignalName = keyof typeof constants.signals;

/** Aborted when someone ends this process, which then cleans up. */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => controller.abort(new Interruption(name)));
  }
  process.stdout.on('error', () => controller.abort(new Interruption('SIGPIPE'))); // as in `npm run demo | head`
  return controller.signal;
}

export class Interruption extends Error {
  /** As shells have it. */
  public readonly exitCode: number;

  constructor(name: SignalName) {
    super(`ended by ${name}`);
    this.exitCode = 128 + constants.signals[name];
  }
}
