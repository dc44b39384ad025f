import { Case } from './cases';
import { Client } from './clients';
import { Stage } from './stage';
import { Certificate } from '../../test/registry-client/certificate';

/** What a client makes of a registry, in bold where that is not as expected, or where it gives credentials away. */
export async function verdict(client: Client, asked: Case, certificate: Certificate): Promise<string> {
  const stage = new Stage(certificate);
  try {
    const answer = await client.ask(await asked.start(stage), asked, stage);
    const wanted = expectation(asked);
    const found = !/^sha\d+:\S+$/.test(answer) ? 'error' : wanted === 'error' || answer === asked.expected ? 'digest' : 'another digest';
    return `${found === wanted ? found : `**${found}**`}${stage.isRobbed ? ', **credentials leak**' : ''}`;
  } finally {
    await stage.stop();
  }
}

export function expectation({ expected }: Case): string {
  return expected === 'error' ? expected : 'digest';
}
