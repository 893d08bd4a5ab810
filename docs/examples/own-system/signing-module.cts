// NestJS: one client for the application, closed when that ends.
import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { SigningClient } from '@signering/client';

@Module({
  providers: [{ provide: SigningClient, useFactory: () => SigningClient.connect() }],
  exports: [SigningClient],
})
export class SigningModule implements OnApplicationShutdown {
  constructor(private readonly client: SigningClient) {}

  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}
