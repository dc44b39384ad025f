/** Writes CHANGELOG.md by the conventional commits and the tags of releases in the history that is checked out. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const INTRODUCTION = `# Changelog

What changed for those who use the package, by the messages of the commits; \`npx projen changelog\` writes this file.
`;

const BREAKING = 'Breaking changes';
const GROUPS: Record<string, string> = { feat: 'Features', fix: 'Fixes', perf: 'Performance', revert: 'Reverts' };

interface Release {
  readonly title: string;
  readonly groups: Map<string, string[]>;
}

/** What a commit says to users, by group. */
function entriesOf(message: string): [string, string][] {
  const [, type, scope, bang, subject] = /^(\w+)(?:\(([^)]+)\))?(!)?: (.+)/.exec(message) ?? [];
  if (!subject) {
    return [];
  }
  const inScope = (text: string) => scope ? `**${scope}:** ${text}` : text;
  const notes = [...message.matchAll(/^BREAKING[ -]CHANGE: ([^]+?)(?=\n\n|\n[\w-]+: |$(?![^]))/gm)].map(([, note]) => note.replace(/\s+/g, ' ').trim());
  const breaking = notes.length === 0 && bang ? [subject] : notes;
  return [
    ...breaking.map((note): [string, string] => [BREAKING, inScope(note)]),
    ...GROUPS[type] ? [[GROUPS[type], inScope(subject)] as [string, string]] : [],
  ];
}

function releasesIn(folder: string): Release[] {
  const log = execFileSync('git', ['log', '-z', '--decorate=full', '--format=%D%n%cs%n%B'], { cwd: folder, encoding: 'utf8' });
  const releases: Release[] = [{ title: 'Unreleased', groups: new Map() }];
  for (const commit of log.split('\0')) {
    const [references, date, ...message] = commit.split('\n');
    const tag = /tag: refs\/tags\/v(\d[^,]*)/.exec(references);
    if (tag) {
      releases.push({ title: `${tag[1]} (${date})`, groups: new Map() });
    }
    const { groups } = releases.at(-1)!;
    for (const [group, entry] of entriesOf(message.join('\n'))) {
      groups.set(group, [...groups.get(group) ?? [], entry]);
    }
  }
  return releases;
}

export function changelog(folder: string): string {
  const sections = releasesIn(folder)
    .filter(({ title, groups }) => title !== 'Unreleased' || groups.size > 0)
    .map(({ title, groups }) => [`## ${title}`, ...[BREAKING, ...Object.values(GROUPS)].filter(group => groups.has(group))
      .map(group => [`### ${group}\n`, ...groups.get(group)!.map(entry => `- ${entry}`)].join('\n'))].join('\n\n'));
  return `${[INTRODUCTION, ...sections.map(section => `${section}\n`)].join('\n')}`;
}

if (require.main === module) {
  writeFileSync('CHANGELOG.md', changelog('.'));
}
