import { InvalidInputError } from '@signering/schema';
import { ENVIRONMENTS } from '@signering/signing-api';

/** Which service a setting names: one of Posten signering, or another, such as a sandbox. */
export function serviceOf(apiUrl: string): 'production' | 'difitest' | 'other' {
  for (const name of ['production', 'difitest'] as const) {
    if (apiUrl === name || hostOf(apiUrl) === hostOf(ENVIRONMENTS[name])) return name;
  }
  return 'other';
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/** @throws INVALID_REQUEST for the production environment without `--production` */
export function demandTestService(apiUrl: string, { production }: { readonly production: boolean }): void {
  if (production || serviceOf(apiUrl) !== 'production') return;
  throw new InvalidInputError('INVALID_REQUEST', 'No job was sent', [
    {
      path: 'SIGNERING_API_URL',
      message:
        'is production, where a signature is legally binding and the service charges for the job. ' +
        'Use difitest, or add --production and name yourself as the signer',
    },
  ]);
}
