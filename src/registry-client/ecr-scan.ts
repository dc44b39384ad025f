import { DescribeImageScanFindingsCommand, DescribeImageScanFindingsResponse, ECRClient, StartImageScanCommand } from '@aws-sdk/client-ecr';
import { EcrImageCalls } from './ecr-image-calls';
import { ImageScan, NOT_SCANNED } from './image-scan';
import { quote } from './quote';
import { ResolutionError } from './resolution-error';
import { findingsIn, highestCounts, scannerOf, timeIn, answerProblem } from './scan-findings';
import { EcrRepositoryName } from '../names/repository-name';

/** Why ECR does not start a scan: its error's name, and what it says. */
export interface ScanRefusal {
  readonly name: string;
  readonly message: string;
}

const DESCRIBE = 'ecr:DescribeImageScanFindings';
const START = 'ecr:StartImageScan';

const FINDINGS_PER_CALL = 1_000;
/** Far more than any image has. */
const MOST_PAGES = 100;

/** What ECR says when this image cannot be scanned now, or at all; others are failures of the call. */
const REFUSALS = ['LimitExceededException', 'UnsupportedImageTypeException', 'ValidationException'];

/** The scans of images in one repository of Amazon ECR. An index is none: ask for its images. */
export class EcrScans {
  private readonly calls: EcrImageCalls;

  constructor(client: ECRClient, name: EcrRepositoryName) {
    this.calls = new EcrImageCalls(client, name);
  }

  /** The scan of an image, with all of its findings. Failures are `ResolutionError`s. */
  public async scan(digest: string): Promise<ImageScan> {
    const pages = await this.pages(digest);
    const [{ status, description }] = pages;
    const { scannedAt } = pages.find(page => page.scannedAt) ?? {};
    if (pages.some(page => page.status !== status || (page.scannedAt ?? scannedAt) !== scannedAt)) {
      throw this.calls.failures.changed(digest, DESCRIBE);
    }
    return {
      status,
      description,
      scanner: pages.find(({ scanner }) => scanner === 'enhanced')?.scanner ?? pages.find(({ scanner }) => scanner)?.scanner,
      scannedAt,
      counts: highestCounts(pages.map(({ counts }) => counts)),
      findings: pages.flatMap(({ findings }) => findings),
    };
  }

  /** Starts a basic scan. Where ECR does not scan the image that way, or not again today, it is the answer that says so. */
  public async start(digest: string): Promise<ScanRefusal | undefined> {
    let refusal: ScanRefusal | undefined;
    await this.calls.ask(digest, START, (client, image, options) => client.send(new StartImageScanCommand(image), options).catch((error: Error) => {
      if (!REFUSALS.includes(error.name)) {
        throw error;
      }
      refusal = { name: error.name, message: quote(`${error.message}`) };
      return image;
    }));
    return refusal;
  }

  private async pages(digest: string): Promise<ImageScan[]> {
    const pages: ImageScan[] = [];
    const tokens = new Set<string | undefined>();
    let nextToken: string | undefined;
    do {
      tokens.add(nextToken);
      const page = await this.page(digest, nextToken);
      pages.push(scanIn(page));
      nextToken = page.nextToken || undefined;
      if (tokens.has(nextToken) && nextToken) {
        throw this.malformed(digest, 'a page that came before');
      }
      if (pages.length === MOST_PAGES && nextToken) {
        throw this.malformed(digest, `more than ${MOST_PAGES} pages of findings`);
      }
    } while (nextToken);
    return pages;
  }

  private async page(digest: string, nextToken: string | undefined): Promise<DescribeImageScanFindingsResponse> {
    const page = await this.calls.ask<DescribeImageScanFindingsResponse>(digest, DESCRIBE, (client, image, options) => {
      const command = new DescribeImageScanFindingsCommand({ ...image, maxResults: FINDINGS_PER_CALL, ...(nextToken && { nextToken }) });
      return client.send(command, options).catch((error: Error) => {
        if (error.name !== 'ScanNotFoundException') {
          throw error;
        }
        return { imageId: image.imageId, imageScanStatus: { status: NOT_SCANNED as never } };
      });
    });
    const problem = answerProblem(page);
    if (problem) {
      throw this.malformed(digest, problem);
    }
    return page;
  }

  private malformed(digest: string, problem: string): ResolutionError {
    return this.calls.failures.malformedAnswer(digest, DESCRIBE, problem);
  }
}

/** What is used of a page: whole pages of many images have no room in a function's memory. */
function scanIn(page: DescribeImageScanFindingsResponse): ImageScan {
  const { imageScanStatus, imageScanFindings } = page;
  return {
    status: imageScanStatus!.status!,
    description: typeof imageScanStatus!.description === 'string' ? imageScanStatus!.description : undefined,
    scanner: scannerOf(page),
    scannedAt: timeIn(imageScanFindings?.imageScanCompletedAt),
    counts: imageScanFindings?.findingSeverityCounts ?? {},
    findings: findingsIn(page),
  };
}
