import { FindingsVerdict, judgeFindings } from './findings';
import { GateContext } from './gate';
import { Patience } from './patience';
import { mayHaveMoreFindings, ScanStage, stageOf } from './scan-stage';
import { ScanRules } from './scanned-properties';
import { EcrScans, ScanRefusal } from '../../registry-client/ecr-scan';
import { RunnableImage } from '../../registry-client/image-index';
import { ImageScan, NOT_SCANNED } from '../../registry-client/image-scan';

/** How long findings are looked for again that were not there when the scan was said to be finished. */
const FINDINGS_SETTLE = 30_000;

/** How far the judgement of one image has come. */
export interface Look {
  readonly image: RunnableImage;
  readonly scan: ImageScan;
  /** Why ECR has not started a scan. */
  readonly startRefusal?: ScanRefusal;
  readonly stage: ScanStage;
  readonly verdict: FindingsVerdict;
  /** From when on the findings are believed to be all. */
  readonly settled: number;
}

/** Looks at the scan of one image, from time to time; starts one when there is none. */
export class ScanWatch {
  private startedScan = false;
  private startRefusal?: ScanRefusal;
  private firstJudged?: number;

  constructor(public readonly image: RunnableImage, private readonly scans: EcrScans, private readonly rules: ScanRules) {}

  public async look(ask: Patience['ask'], now: GateContext['now']): Promise<Look> {
    const scan = await this.scan(ask);
    const stage = stageOf(scan, this.rules.allow);
    this.firstJudged = stage === 'judged' ? this.firstJudged ?? now() : undefined;
    return {
      image: this.image,
      scan,
      startRefusal: this.startRefusal,
      stage,
      verdict: judgeFindings(scan, this.rules, new Date(now())),
      settled: this.settled(scan, now()),
    };
  }

  private async scan(ask: Patience['ask']): Promise<ImageScan> {
    const { digest } = this.image;
    const scan = await ask(() => this.scans.scan(digest));
    if (scan.status !== NOT_SCANNED) {
      return scan;
    }
    if (!this.startedScan) {
      this.startRefusal = await ask(() => this.scans.start(digest));
      this.startedScan = true;
    }
    return this.startRefusal?.name === 'UnsupportedImageTypeException'
      ? { ...scan, status: 'UNSUPPORTED_IMAGE', description: this.startRefusal.message }
      : scan;
  }

  private settled(scan: ImageScan, now: number): number {
    const since = Math.min(this.firstJudged ?? now, scan.scannedAt ? Date.parse(scan.scannedAt) : now);
    return mayHaveMoreFindings(scan) ? since + FINDINGS_SETTLE : now;
  }
}
