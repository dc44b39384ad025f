import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runProcess } from './measure';

/** Another client that says which digest a tag has. */
export interface Tool {
  readonly name: string;
  readonly program: string;
  /** Of the Go module, or of the system's package. */
  readonly version: string;
  readonly module?: string;
  readonly args: (host: string, image: string) => string[];
}

const FOLDER = join(__dirname, '..', '.cache', 'bench-tools');
const CRANE = 'github.com/google/go-containerregistry/cmd/crane@v0.22.1';
const REGCTL = 'github.com/regclient/regclient/cmd/regctl@v0.11.7';

export const TOOLS: Tool[] = [
  { name: 'crane digest', program: join(FOLDER, 'crane'), module: CRANE, version: CRANE, args: (_, image) => ['digest', image] },
  { name: 'regctl image digest', program: join(FOLDER, 'regctl'), module: REGCTL, version: REGCTL, args: (host, image) => ['--host', `reg=${host},tls=disabled`, 'image', 'digest', image] },
  { name: 'skopeo inspect', program: 'skopeo', version: "the system's skopeo", args: (_, image) => ['inspect', '--tls-verify=false', '--format', '{{.Digest}}', `docker://${image}`] },
];

/** Those that are installed, or can be with Go. */
export async function toolsAtHand(): Promise<{ tools: Tool[]; missing: Tool[] }> {
  const tools: Tool[] = [];
  for (const tool of TOOLS) {
    if (await isToolAtHand(tool)) {
      tools.push(tool);
    }
  }
  return { tools, missing: TOOLS.filter(tool => !tools.includes(tool)) };
}

async function isToolAtHand({ program, module }: Tool): Promise<boolean> {
  try {
    if (module && !existsSync(program)) {
      await runProcess('go', ['install', module], { env: { GOBIN: FOLDER, CGO_ENABLED: '0' } });
    }
  } catch {
    return false;
  }
  return isAtHand(program);
}

/** Whether a program can be run. */
export async function isAtHand(program: string): Promise<boolean> {
  try {
    await runProcess(program, ['--version']).catch(() => runProcess(program, ['version']));
    return true;
  } catch {
    return false;
  }
}
