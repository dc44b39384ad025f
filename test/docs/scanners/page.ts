import { COLUMNS } from './columns';
import { Versions } from './installed';
import { REASONS } from './reasons';
import { Finding, Scanner } from './run-scanners';
import { toMarkdown } from '../../../bench/table';

const PACKS: Scanner[] = ['AwsSolutions', 'HIPAA.Security', 'NIST.800.53.R5', 'PCI.DSS.321'];

function rows({ checkov, trivy, cfnLint, cdk, nag }: Versions): [Scanner, string][] {
  return [
    ['Security Hub', 'Security Hub, ECR.1 to ECR.5'],
    ['checkov', `checkov ${checkov}`],
    ['Trivy', `Trivy ${trivy}`],
    ...PACKS.map(pack => [pack, `cdk-nag ${nag}, ${pack}`] as [Scanner, string]),
    ['cfn-lint', `cfn-lint ${cfnLint}`],
    ['CDK', `default rules of aws-cdk-lib ${cdk}`],
  ];
}

/** The findings about what a column judges. */
export function findingsIn(findings: Finding[], path: string): Finding[] {
  return findings.filter(finding => finding.path === path || finding.path.startsWith(`${path}/`));
}

/** What is not a repository has nothing to do with controls for them. */
const isJudged = (scanner: Scanner, path: string) => scanner !== 'Security Hub' || path.split('/').includes('Images');

export function scannerTable(findings: Finding[], versions: Versions): string {
  const table = rows(versions).map(([scanner, title]) => [title, ...COLUMNS.map(({ path }) => {
    if (!isJudged(scanner, path)) {
      return '';
    }
    const rules = findingsIn(findings, path).filter(finding => finding.scanner === scanner).map(({ rule }) => `\`${short(rule)}\``);
    return rules.length > 0 ? [...new Set(rules)].sort().join(', ') : 'passes';
  })]);
  return markdown(['', ...COLUMNS.map(({ title }) => title)], table);
}

export function reasonTable(): string {
  const titleOf = (name: string) => COLUMNS.find(column => column.name === name)!.title;
  return markdown(['rule', 'of', 'reason', 'what passes it'], REASONS.map(({ where, rules, because, instead }) =>
    [[...new Set(rules.map(short))].map(rule => `\`${rule}\``).join(', '), where.map(titleOf).join(', '), because, instead]));
}

/** For `.trivyignore`, where a rule can have one line only. */
export function trivyIgnore(): string {
  const rules = new Set(REASONS.flatMap(reason => reason.rules).filter(rule => rule.startsWith('AWS-')));
  const lines = [...rules].flatMap(rule => [...REASONS.filter(reason => reason.rules.includes(rule)).map(({ because }) => `# ${because}`), rule]);
  return ['```text', ...lines, '```'].join('\n');
}

/** The packs of cdk-nag have the same rules, each with its name before it. */
function short(rule: string): string {
  const pack = PACKS.find(name => rule.startsWith(`${name}-`));
  return pack ? rule.slice(pack.length + 1) : rule;
}

/** A table without a title. */
export function markdown(columns: string[], table: string[][]): string {
  return toMarkdown({ title: '', columns, rows: table }).split('\n').slice(2).join('\n');
}

/** Puts a text between two comments of a page. */
export function replacePart(page: string, name: string, text: string): string {
  const part = new RegExp(`(<!-- ${name}: .*-->\n)[^]*?(<!-- /${name} -->)`);
  if (!part.test(page)) {
    throw new Error(`the page has no part '<!-- ${name}: … -->' to '<!-- /${name} -->'`);
  }
  return page.replace(part, (_, start: string, end: string) => `${start}\n${text.trim()}\n\n${end}`);
}
