import { once } from 'node:events';
import { createServer, IncomingMessage, request as httpRequest } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import {
  BatchGetImageCommand, DescribeImagesCommand, DescribeImagesResponse, ECRServiceException, ImageIdentifier, PutImageCommand, PutImageRequest,
} from '@aws-sdk/client-ecr';
import { accountClients } from './account-clients';
import { EcrAccess } from './ecr-access';
import { Answer, awsJson, refusal } from './ecr-answer';
import { digestOf, imageOf, putImageRefusal, withAskedIds } from './ecr-put-image';
import { EcrScans, idText, ScanSetting, SigningSetting } from './ecr-scans';
import { listen, LocalServer } from './local-server';

/** Paths that AWS does not have. A GET lists the requests so far; a PUT sets what is answered about an image. */
const REQUESTS_PATH = '/requests';
const SCANS_PATH = '/scans';
const SIGNING_PATH = '/signing';

/** What MiniStack says of an operation that it does not have, once it has checked that the caller may use it. */
const UNKNOWN_OPERATION = 'InvalidAction';

/** A request to ECR, as far as it is read here. */
export interface EcrRequest {
  readonly operation: string;
  readonly accessKey: string;
  readonly region: string;
  readonly parameters: {
    readonly registryId?: string;
    readonly repositoryName?: string;
    readonly imageIds?: ImageIdentifier[];
    readonly imageId?: ImageIdentifier;
    readonly imageTag?: string;
    readonly imageManifest?: string;
    readonly targetStorageClass?: 'STANDARD' | 'ARCHIVE';
    readonly filter?: { readonly imageStatus?: 'ACTIVE' | 'ARCHIVED' | 'ANY' };
    readonly maxResults?: number;
    readonly nextToken?: string;
  };
}

/**
 * Stands before MiniStack's ECR and does what that one leaves out: it knows the registries of other accounts, archives images, refuses to
 * describe images that do not exist and to push what is there, and answers about scans and signatures what is set for an image. All else
 * is MiniStack's, with its checks of IAM policies.
 *
 * @param emulator where MiniStack is, once it runs
 */
export async function startEcrGateway(emulator: () => string): Promise<LocalServer> {
  const requests: EcrRequest[] = [];
  const archived = new Set<string>();
  const scans = new EcrScans();

  async function answerTo(asked: EcrRequest, pass: () => Promise<Answer>): Promise<Answer> {
    const { operation, parameters, region } = asked;
    const access = new EcrAccess(emulator());
    const caller = await access.callerOf(asked.accessKey);
    const account = parameters.registryId ?? caller.account;
    const repositoryName = parameters.repositoryName!;
    const isOwn = account === caller.account;
    const { ecr } = accountClients({ endpoint: emulator(), ecrEndpoint: emulator() }, { account, region });
    const keyOf = (digest?: string) => [account, region, repositoryName, digest].join('/');
    const isArchived = (digest?: string) => archived.has(keyOf(digest));
    const denial = () => access.denial(caller, `ecr:${operation}`, { account, region, repositoryName });

    /** What somebody asks who may, of the owner of the registry: MiniStack looks into the caller's own one only. */
    async function read(answer: (own?: Answer) => Promise<Answer>): Promise<Answer> {
      const own = await pass();
      const error: string | undefined = own.body.__type;
      if (isOwn) return error && error !== UNKNOWN_OPERATION ? own : answer(own);
      return error === 'InvalidSignatureException' || error === 'UnrecognizedClientException' ? own : await denial() ?? answer();
    }

    async function aboutImage(): Promise<Answer> {
      const detail = await imageOf(ecr, repositoryName, parameters.imageId!);
      if (!detail) {
        return refusal('ImageNotFoundException', `The image with imageId ${idText(parameters.imageId)} does not exist within the repository with name `
          + `'${repositoryName}' in the registry with id '${account}'`);
      }
      const image = { account, region, repositoryName, imageDigest: detail.imageDigest!, detail };
      switch (operation) {
        case 'StartImageScan':
          return scans.start(image, parameters, isArchived(detail.imageDigest));
        case 'DescribeImageSigningStatus':
          return scans.signing(image, parameters);
        default:
          // Amazon Inspector has them: it is asked with the caller's permissions, and shows nobody else's account.
          return scans.isEnhanced(image)
            ? await access.inspectorDenial(caller, region) ?? (isOwn ? scans.findings(image, parameters) : scans.noFindings(image, parameters))
            : scans.findings(image, parameters);
      }
    }

    switch (operation) {
      case 'DescribeImages':
        return read(async own => {
          const body = own?.body ?? await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: parameters.imageIds }));
          return withStatus(asked, body, isArchived);
        });
      case 'BatchGetImage':
        return read(async own => {
          const body = own?.body ?? await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: parameters.imageIds }));
          return found(withAskedIds(body, parameters.imageIds!, isArchived));
        });
      case 'DescribeImageScanFindings':
      case 'StartImageScan':
      case 'DescribeImageSigningStatus':
        return read(aboutImage);
      case 'PutImage': {
        const pushed = { ...parameters, registryId: undefined } as PutImageRequest;
        const digest = digestOf(pushed.imageManifest!);
        const refused = await denial() ?? await putImageRefusal(ecr, account, pushed, isArchived(digest));
        if (refused) return refused;
        const answer = isOwn ? await pass() : found(await ecr.send(new PutImageCommand(pushed)));
        if (answer.status === 200) archived.delete(keyOf(digest));
        return answer;
      }
      case 'UpdateImageStorageClass': {
        const image = await imageOf(ecr, repositoryName, parameters.imageId!);
        archived[parameters.targetStorageClass === 'ARCHIVE' ? 'add' : 'delete'](keyOf(image!.imageDigest));
        return found(parameters);
      }
      case 'DeleteRepository':
        [...archived].filter(key => key.startsWith(keyOf(''))).forEach(key => archived.delete(key));
        scans.forget({ account, region, repositoryName });
        return pass();
      default:
        return pass();
    }
  }

  return listen(createServer(async (request, response) => {
    try {
      const body = await buffer(request);
      if (request.method === 'GET') {
        response.end(JSON.stringify(requests));
        return;
      }
      if (request.method === 'PUT') {
        const setting = JSON.parse(body.toString());
        request.url === SCANS_PATH ? scans.setScan(setting) : scans.setSigning(setting);
        response.end();
        return;
      }
      const asked = requestOf(request, body);
      const answer = await answerTo(asked, () => forward(emulator(), request, body)).catch(asRefusal);
      requests.push(asked);
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' }).end(awsJson(answer.body));
    } catch (error) {
      response.writeHead(500, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify({ __type: 'ServerException', message: `the gateway of the emulator failed: ${(error as Error).message}` }));
    }
  }));
}

/** What was asked so far, and answered. */
export async function requestsTo(gateway: string): Promise<EcrRequest[]> {
  return await (await fetch(gateway + REQUESTS_PATH)).json() as EcrRequest[];
}

/** Says what is to be answered about the scan of an image. */
export async function setScan(gateway: string, setting: ScanSetting): Promise<void> {
  await fetch(gateway + SCANS_PATH, { method: 'PUT', body: awsJson(setting) });
}

/** Says what is to be answered about the signatures of an image. */
export async function setSigning(gateway: string, setting: SigningSetting): Promise<void> {
  await fetch(gateway + SIGNING_PATH, { method: 'PUT', body: awsJson(setting) });
}

function requestOf({ headers }: IncomingMessage, body: Buffer): EcrRequest {
  const [, accessKey, region] = /Credential=([^/]+)\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return { operation: String(headers['x-amz-target']).split('.').pop()!, accessKey, region, parameters: JSON.parse(body.toString()) };
}

/** Only active images are described unless others are asked for, and one that is not there is an error. */
function withStatus({ parameters }: EcrRequest, body: DescribeImagesResponse, isArchived: (digest?: string) => boolean): Answer {
  const { imageIds, filter, repositoryName } = parameters;
  const wanted = filter?.imageStatus ?? 'ACTIVE';
  const imageDetails = body.imageDetails!
    .map(detail => ({ ...detail, imageStatus: isArchived(detail.imageDigest) ? 'ARCHIVED' : 'ACTIVE' }))
    .filter(({ imageStatus }) => [imageStatus, 'ANY'].includes(wanted));
  return imageIds && imageDetails.length < imageIds.length
    ? refusal('ImageNotFoundException', `The image requested does not exist within the repository with name '${repositoryName}'`)
    : found({ imageDetails });
}

function found(body: object): Answer {
  return { status: 200, body };
}

/** What MiniStack refuses to the gateway is the answer; what fails in the gateway is none. */
function asRefusal(error: Error): Answer {
  if (error instanceof ECRServiceException) return refusal(error.name, error.message);
  throw error;
}

async function forward(emulator: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  // A connection that is kept may be closed by the other side while the request is on its way.
  const request = httpRequest(new URL(url!, emulator), { method, headers: { ...headers, connection: 'close' }, agent: false }).end(body);
  const [answer] = await once(request, 'response') as [IncomingMessage];
  return { status: answer.statusCode!, body: await json(answer) };
}
