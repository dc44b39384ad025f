import { OutgoingHttpHeaders } from 'node:http';

const CREDENTIAL = /^(basic|bearer) /i;
const SECRET_FORM = /(^|&)(password|refresh_token)=/;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Judges, by the traffic alone, whether a credential goes where it belongs: to a server that asked for one itself, or to the token server
 * that such a server named. Whoever a redirect from another origin leads to has asked for nothing.
 */
export class CredentialWatch {
  private readonly entitled = new Set<string>();
  /** Addresses that a redirect from another origin led to, and what these redirected to. */
  private readonly elsewhere = new Set<string>();
  private readonly violations: string[] = [];

  public request(url: URL, authorization: string | undefined, form: string): void {
    if (!CREDENTIAL.test(authorization ?? '') && !SECRET_FORM.test(form)) {
      return;
    }
    if (this.elsewhere.has(url.href)) {
      this.violations.push(`a credential followed a redirect to ${url.href}`);
    } else if (!this.entitled.has(url.origin)) {
      this.violations.push(`a credential went to ${url.href}, which no registry asked for`);
    }
    if (url.protocol === 'http:' && !LOOPBACK.includes(url.hostname)) {
      this.violations.push(`a credential went to ${url.href} in plain text`);
    }
  }

  public answer(url: URL, headers: OutgoingHttpHeaders): void {
    const value = (wanted: string) => Object.entries(headers).filter(([name]) => name.toLowerCase() === wanted).map(([, text]) => String(text)).join(', ');
    const location = value('location');
    if (location && URL.canParse(location, url.href)) {
      const next = new URL(location, url);
      if (next.origin !== url.origin || this.elsewhere.has(url.href)) {
        this.elsewhere.add(next.href);
      }
    }
    const challenge = value('www-authenticate');
    if (challenge && !this.elsewhere.has(url.href)) {
      this.entitled.add(url.origin);
      [...challenge.matchAll(/realm\s*=\s*"?([^",\s]+)/gi)].filter(([, realm]) => URL.canParse(realm)).forEach(([, realm]) => this.entitled.add(new URL(realm).origin));
    }
  }

  public takeViolations(): string[] {
    return this.violations.splice(0);
  }
}
