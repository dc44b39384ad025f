import { writeFileSync } from 'fs';
import { resolve } from 'path';
import { CommandContext, LockState, requestsFor } from './command-context';
import { Answers, problemsOf, reportedImages } from './image-answers';
import { checkImages } from './locked-images';
import { lookupRoleOf } from '../../lock/lock-request';
import { findingsOf } from '../lookup/pin-findings';
import { imagePage } from '../page/image-page';
import { attentionOf } from '../page/reported-image';
import { count } from '../terminal/describe-pin';
import { FAILURE, SUCCESS, UsageError } from '../terminal/exit-codes';
import { reasonOf } from '../terminal/reason';
import { withProgress } from '../terminal/report';

/** The page, where no other file is named. */
export const PAGE_FILE = 'cdk-image-report.html';

const STANDARD_OUTPUT = '-';
const OFFLINE_NOTE = 'Made with --offline: no registry was asked, so what scanners found, and whether tags have moved, is not known.';
const NO_APP_NOTE = 'The app was not synthesized, so where images are used is not known.';
const HALF_APP_NOTE = 'The app was synthesized while other lookups had no answer, so it may use more images.';

export interface ReportOptions {
  /** The file to write; the usual one where none is named. */
  readonly html: string | true;
  /** As it is to stand in the page. */
  readonly date?: string;
  /** Whether to ask no registry. */
  readonly offline?: boolean;
}

/** Writes the page that shows every pin, what is known of it, and where it is used. */
export async function report({ html, date, offline }: ReportOptions, context: CommandContext): Promise<number> {
  const { processContext, report: lines } = context;
  const file = html === STANDARD_OUTPUT ? undefined : html === true ? PAGE_FILE : html;
  checkTarget(file, context);
  const state = context.state();
  const keys = [...requestsFor(state).keys()];
  const answers = offline
    ? undefined
    : await withProgress(`asking about ${count(keys.length, 'image')}…`, processContext.stderr, async () => ask(keys, state, context));
  const images = reportedImages(keys, state, answers);
  write(imagePage(images, { date, notes: [...offline ? [OFFLINE_NOTE] : [], ...notesOnApp(state)] }), file, context);

  const problems = keys.flatMap(key => problemsOf(key, state, answers).map(({ message }) => message));
  const urgent = images.filter(image => attentionOf(image).length > 0).length;
  const summary = `${count(images.length, 'image')}, ${urgent} to look at${file === undefined ? '' : `, in ${file}`}`;
  lines.data({ page: file, images: images.map(image => ({ ...image, attention: attentionOf(image) })) });
  problems.forEach(message => lines.problem(message));
  if (problems.length > 0) {
    lines.failure(summary);
  } else if (file !== undefined) {
    lines.success(summary);
  }
  return problems.length > 0 ? FAILURE : SUCCESS;
}

function notesOnApp({ assembly }: LockState): string[] {
  return assembly ? assembly.otherMissing.length > 0 ? [HALF_APP_NOTE] : [] : [NO_APP_NOTE];
}

async function ask(keys: string[], state: LockState, context: CommandContext): Promise<Answers> {
  const { processContext } = context;
  const registries = context.registries(state);
  const { broken, moved } = await checkImages(keys, state, registries, processContext);
  // Of what cannot be reached, or is gone, nobody knows what is in it.
  const lost = new Set(broken.filter(({ kind }) => kind !== 'lacking-platform').map(({ key }) => key));
  const requests = keys.filter(key => state.lock.entries.has(key) && !lost.has(key))
    .map(key => ({ key, ...lookupRoleOf(state.assembly?.requests.get(key) ?? {}) }));
  return {
    broken: new Map(broken.map(finding => [finding.key, finding])),
    moved: new Map(moved.map(finding => [finding.key, finding])),
    findings: await findingsOf(requests, state.lock.entries, registries, processContext),
  };
}

/** What would take the page's place, or its own place, is noticed before anybody is asked. */
function checkTarget(file: string | undefined, { processContext, file: lockFile, report: { format } }: CommandContext): void {
  if (file === undefined && format !== 'text') {
    throw new UsageError(`the page and --format ${format} cannot both go to standard output; name a file with --html, or leave out --format`);
  }
  if (file !== undefined && resolve(processContext.cwd, file) === lockFile) {
    throw new UsageError(`${file} is the file with the lock; expected another one for the page, correct --html`);
  }
}

function write(page: string, file: string | undefined, { processContext }: CommandContext): void {
  if (file === undefined) {
    processContext.stdout.write(page);
    return;
  }
  try {
    writeFileSync(resolve(processContext.cwd, file), page);
  } catch (error) {
    throw new Error(`the page cannot be written (${reasonOf(error)}); expected a file in a folder that is there, or - for standard output, correct --html`);
  }
}
