import type { IncomingMessage } from 'http';
import { NodeHttpHandler, NodeHttpHandlerOptions } from '@smithy/node-http-handler';

/** Time for the rest of an answer, once its headers are there. */
const LONGEST_ANSWER_MS = 10_000;

/**
 * As the AWS SDK has it, but that no answer takes for ever: its own limits end with the headers.
 *
 * Whoever signs in meanwhile has all the time they need: it is about one request.
 */
export class BoundedHttpHandler extends NodeHttpHandler {
  constructor(options: NodeHttpHandlerOptions, private readonly longestAnswerMs = LONGEST_ANSWER_MS) {
    super(options);
  }

  public override async handle(...args: Parameters<NodeHttpHandler['handle']>): ReturnType<NodeHttpHandler['handle']> {
    const answer = await super.handle(...args);
    const body: IncomingMessage = answer.response.body;
    const message = `no whole answer within ${this.longestAnswerMs / 1_000} seconds`;
    // What has metadata gets no hint of the SDK's on how to debug.
    const error = Object.assign(new Error(message), { name: 'TimeoutError', $metadata: {} });
    const timer = setTimeout(() => body.destroy(error), this.longestAnswerMs);
    body.once('close', () => clearTimeout(timer)).on('error', () => {});
    return answer;
  }
}
