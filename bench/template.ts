import { inFreshProcess } from './fresh-process';
import { Cell, Section } from './table';
import { broken, LIMITS, templateSize } from './template-size';

/** Pins, and the repositories that they are spread over. */
const CASES = [[1, 1], [10, 10], [100, 100], [400, 300]];
const KINDS = {
  'by-hand': '`AwsCustomResource`',
  'deploy-time': '`DigestPinnedImage.fromTag`',
  'gated': '`ImageGate.scanned()`',
  'gated-and-marked': 'the same with `markedAsDeployed`',
};

export const template: Section = {
  name: 'template',
  run: async () => {
    const rows: Cell[][] = [];
    for (const [pins, repositories] of CASES) {
      for (const [kind, name] of Object.entries(KINDS)) {
        const size = templateSize(await inFreshProcess<string>('pins-in-a-stack', kind, `${pins}`, `${repositories}`));
        rows.push([
          pins, repositories, name, size.functions, size.resources, size.bytes, size.inlineCharacters, size.managedPolicies, size.managedCharacters,
          broken(size).join(', ') || 'yes',
        ]);
      }
    }
    const { resources, bytes, inlineCharacters, managedPolicies, managedCharacters } = LIMITS;
    return [{
      title: 'Templates with pins that are resolved, gated or marked at deployment, in one stack',
      columns: [
        'pins', 'repositories', 'with', 'functions', `resources (of ${resources})`, `bytes (of ${bytes})`, `inline IAM characters (of ${inlineCharacters})`,
        `managed policies (of ${managedPolicies})`, `characters of the largest (of ${managedCharacters})`, 'fits',
      ],
      rows,
      notes: ['IAM characters are of the role that has the most, as IAM counts them. The number of managed policies is the quota that accounts start with.'],
    }];
  },
};
