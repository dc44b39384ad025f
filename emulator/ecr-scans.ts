import { DescribeImageScanFindingsRequest, ImageDetail, ImageIdentifier, ImageSigningStatus } from '@aws-sdk/client-ecr';
import { Answer, refusal } from './ecr-answer';
import { ScanResult, unfinishedScan } from './scan-findings';

/** An exception by its name in AWS's model. */
export interface Refusal {
  readonly error: string;
  readonly message?: string;
}

/** Whose scans or signatures are set. */
export interface ImageKey {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
  readonly imageDigest: string;
}

/** What ECR answers about the scan of an image: one answer a request, of which the last repeats. */
export interface ScanSetting extends ImageKey {
  readonly answers: (ScanResult | Refusal)[];

  /**
   * There is no scan until StartImageScan is called.
   *
   * @default false, the image was scanned when it was pushed
   */
  readonly onStart?: boolean;

  /**
   * What the first calls of StartImageScan get.
   *
   * @default - it answers by what is set
   */
  readonly startRefusals?: Refusal[];
}

/** What ECR answers about the signatures of an image: one answer a request, of which the last repeats. */
export interface SigningSetting extends ImageKey {
  readonly answers: (ImageSigningStatus[] | Refusal)[];
}

/** The image that was asked for, as the registry has it. */
export interface AskedImage extends ImageKey {
  readonly detail: ImageDetail;
}

type ScanRequest = Partial<Pick<DescribeImageScanFindingsRequest, 'imageId' | 'maxResults' | 'nextToken'>>;

const DEFAULT_PAGE = 100;
const LARGEST_PAGE = 1_000;

/** Scans and signatures of images, which nobody makes: tests say what there is. Without, no image was scanned or signed. */
export class EcrScans {
  private readonly scans = new Map<string, Scan>();
  private readonly signatures = new Map<string, Sequence<ImageSigningStatus[]>>();

  public setScan(setting: ScanSetting): void {
    this.scans.set(textOf(setting), new Scan(setting));
  }

  public setSigning(setting: SigningSetting): void {
    this.signatures.set(textOf(setting), new Sequence(setting.answers));
  }

  /** Forgets what is set for a repository that is deleted. */
  public forget(repository: Omit<ImageKey, 'imageDigest'>): void {
    const start = textOf({ ...repository, imageDigest: '' });
    [this.scans, this.signatures].forEach(map => [...map.keys()].filter(key => key.startsWith(start)).forEach(key => map.delete(key)));
  }

  /** Whether Amazon Inspector scans an image; then it is asked with the caller's permissions. */
  public isEnhanced(image: ImageKey): boolean {
    return this.scans.get(textOf(image))?.enhanced ?? false;
  }

  public findings(image: AskedImage, request: ScanRequest): Answer {
    const scan = this.scans.get(textOf(image));
    return scan?.begun ? scan.answer(image, request) : this.noFindings(image, request);
  }

  public noFindings({ repositoryName, account }: AskedImage, { imageId }: ScanRequest): Answer {
    return refusal('ScanNotFoundException',
      `Image scan does not exist for the image with '${idText(imageId)}' in the repository with name '${repositoryName}' in the registry with id '${account}'`);
  }

  public start(image: AskedImage, request: ScanRequest, archived: boolean): Answer {
    const scan = this.scans.get(textOf(image)) ?? new Scan({ ...image, answers: [unfinishedScan()], onStart: true });
    const refused = scan.startRefusals.shift();
    if (refused) return refusalOf(refused);
    if (archived) return refusal('ImageArchivedException', 'The specified image is archived and cannot be scanned.');
    if (/index|manifest\.list/.test(image.detail.imageManifestMediaType!)) {
      return refusal('UnsupportedImageTypeException', 'The image is of a type that cannot be scanned.');
    }
    if (scan.enhanced) return refusal('ValidationException', 'This feature is disabled');
    if (scan.begun) return refusal('LimitExceededException', 'The scan quota per image has been exceeded. Wait and try again.');
    scan.begun = true;
    this.scans.set(textOf(image), scan);
    return { status: 200, body: { ...namesOf(image, request), imageScanStatus: { status: 'IN_PROGRESS' } } };
  }

  public signing(image: AskedImage, request: ScanRequest): Answer {
    const { answer } = this.signatures.get(textOf(image))?.next() ?? { answer: [] };
    return 'error' in answer ? refusalOf(answer) : { status: 200, body: { ...namesOf(image, request), signingStatuses: answer } };
  }
}

/** Answers in turn, of which the last repeats. */
class Sequence<T> {
  private asked = 0;

  constructor(public readonly answers: (T | Refusal)[]) {}

  public next(): { answer: T | Refusal; number: number } {
    const number = Math.min(this.asked, this.answers.length - 1);
    this.asked += 1;
    return { answer: this.answers[number], number };
  }
}

class Scan {
  public readonly enhanced: boolean;
  public readonly startRefusals: Refusal[];
  public begun: boolean;
  private readonly sequence: Sequence<ScanResult>;

  constructor({ answers, onStart = false, startRefusals = [] }: ScanSetting) {
    this.sequence = new Sequence(answers);
    this.enhanced = answers.some(answer => 'imageScanFindings' in answer && answer.imageScanFindings?.enhancedFindings !== undefined);
    this.startRefusals = [...startRefusals];
    this.begun = !onStart;
  }

  /** A page of an answer; the token of the next one says which answer it is of, so that reading on does not go on in time. */
  public answer(image: AskedImage, request: ScanRequest): Answer {
    const { maxResults = DEFAULT_PAGE, nextToken } = request;
    if (maxResults < 1 || maxResults > LARGEST_PAGE) {
      return refusal('InvalidParameterException', `Invalid parameter at 'maxResults' failed to satisfy constraint: 'must be from 1 to ${LARGEST_PAGE}'`);
    }
    const [number, offset] = nextToken ? Buffer.from(nextToken, 'base64').toString().split(' ').map(Number) : [this.sequence.next().number, 0];
    const answer = this.sequence.answers[number];
    if (!answer || !Number.isInteger(offset)) {
      return refusal('InvalidParameterException', "Invalid parameter at 'nextToken' failed to satisfy constraint: 'must be of an answer before'");
    }
    if ('error' in answer) return refusalOf(answer);
    const end = offset + maxResults;
    const { imageScanFindings: all } = answer;
    const imageScanFindings = all && {
      ...all,
      ...(all.findings && { findings: all.findings.slice(offset, end) }),
      ...(all.enhancedFindings && { enhancedFindings: all.enhancedFindings.slice(offset, end) }),
    };
    const more = Math.max(all?.findings?.length ?? 0, all?.enhancedFindings?.length ?? 0) > end;
    return {
      status: 200,
      body: {
        ...namesOf(image, request), ...answer, imageScanFindings, ...(more && { nextToken: Buffer.from(`${number} ${end}`).toString('base64') }),
      },
    };
  }
}

function refusalOf({ error, message = error }: Refusal): Answer {
  return refusal(error, message);
}

function textOf({ account, region, repositoryName, imageDigest }: ImageKey): string {
  return [account, region, repositoryName, imageDigest].join(' ');
}

/** The image as ECR's errors name it. */
export function idText(imageId?: ImageIdentifier): string {
  const quoted = (text?: string) => `'${text ?? 'null'}'`;
  return `{imageDigest:${quoted(imageId?.imageDigest)}, imageTag:${quoted(imageId?.imageTag)}}`;
}

function namesOf({ account, repositoryName, imageDigest }: AskedImage, { imageId }: ScanRequest) {
  return { registryId: account, repositoryName, imageId: { ...imageId, imageDigest } };
}
