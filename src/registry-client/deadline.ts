/**
 * Ends work that takes too long, by its signal and in any case.
 *
 * Until then the timer keeps the process alive. Without one, a connection that is lost in silence would end it, with the exit code of a success.
 *
 * @param problem what the error says
 */
export async function withDeadline<T>(
  milliseconds: number, work: (signal: AbortSignal) => Promise<T>, problem = `no whole answer within ${milliseconds / 1_000} seconds`,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = Object.assign(new Error(problem), { name: 'TimeoutError' });
      reject(error);
      controller.abort(error);
    }, milliseconds);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } finally {
    clearTimeout(timer);
  }
}
