import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { TLSSocket } from 'node:tls';
import {
  enterpriseCertificate,
  SENDER_ORGANIZATION,
  SERVICE_ORGANIZATION,
  testCertificates,
} from '../test-certificates.js';
import { startTestService } from '../test-service.js';

describe('a renewed certificate', () => {
  it('is used for new connections, while a call under way ends on its connection', async () => {
    const { authority, sender } = await testCertificates();
    const issued = await authority.issueEnterpriseCertificate({
      organizationNumber: SENDER_ORGANIZATION,
      name: 'Avsender AS',
    });
    const renewed = enterpriseCertificate(issued, SENDER_ORGANIZATION);
    const serials: string[] = [];
    const service = await startTestService();
    const probe = () => service.api.probe({ organizationNumber: SENDER_ORGANIZATION });
    try {
      service.intercept = (request: IncomingMessage) => {
        if (request.socket instanceof TLSSocket) {
          serials.push(request.socket.getPeerCertificate().serialNumber);
        }
        return false;
      };
      service.answer = (response) => response.end('first');
      await probe();
      const held = new Promise<ServerResponse>((resolve) => (service.answer = resolve));
      const underWay = probe();
      const response = await held;
      service.api.renewCertificates({ certificate: renewed });
      service.answer = (other) => other.end('later');
      assert.equal(await probe(), 'later');
      response.end('under way');
      assert.equal(await underWay, 'under way');
      await probe();
      await probe();
      const [old, current] = [sender, renewed].map(({ certificate }) => certificate.serialNumber);
      assert.deepEqual(serials, [old, old, current, current, current]);
    } finally {
      await service.stop();
    }
  });

  it('of another organisation is rejected, and the earlier one stays in use', async () => {
    const { authority } = await testCertificates();
    const issued = await authority.issueEnterpriseCertificate({
      organizationNumber: SERVICE_ORGANIZATION,
      name: 'Another',
    });
    const service = await startTestService();
    try {
      service.answer = (response) => response.end('there');
      assert.throws(
        () =>
          service.api.renewCertificates({
            certificate: enterpriseCertificate(issued, SERVICE_ORGANIZATION),
          }),
        { code: 'INVALID_SETTINGS', message: /984661185.*123456789/su },
      );
      assert.equal(await service.api.probe({ organizationNumber: SENDER_ORGANIZATION }), 'there');
    } finally {
      await service.stop();
    }
  });
});
