import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import no.digipost.signature.client.ClientConfiguration;
import no.digipost.signature.client.ServiceEnvironment;
import no.digipost.signature.client.asice.CreateASiCE;
import no.digipost.signature.client.asice.manifest.CreatePortalManifest;
import no.digipost.signature.client.core.Sender;
import no.digipost.signature.client.portal.Notifications;
import no.digipost.signature.client.portal.PortalDocument;
import no.digipost.signature.client.portal.PortalJob;
import no.digipost.signature.client.portal.PortalSigner;
import no.digipost.signature.client.security.KeyStoreConfig;

/**
 * Builds document packages with the official Java client. Arguments: certificate file, password, organisation number.
 * Each line of standard input is a number of packages and the document's file; the answer is one line with the
 * milliseconds of each.
 */
public class JavaPackages {
    public static void main(String[] args) throws Exception {
        ClientConfiguration configuration;
        try (InputStream certificate = Files.newInputStream(Path.of(args[0]))) {
            configuration = ClientConfiguration
                .builder(KeyStoreConfig.fromOrganizationCertificate(certificate, args[1]))
                .serviceEnvironment(ServiceEnvironment.DIFITEST)
                .defaultSender(new Sender(args[2]))
                .build();
        }
        CreateASiCE<PortalJob> packages = new CreateASiCE<>(
            new CreatePortalManifest(configuration.getDefaultSender(), Clock.systemDefaultZone()), configuration);
        PortalSigner signer = PortalSigner
            .identifiedByPersonalIdentificationNumber("11828530064", Notifications.builder().withEmailTo("a@example.com").build())
            .build();
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] words = line.split(" ", 2);
            byte[] document = Files.readAllBytes(Path.of(words[1]));
            StringBuilder times = new StringBuilder();
            for (int count = Integer.parseInt(words[0]); count > 0; count -= 1) {
                long start = System.nanoTime();
                PortalJob job = PortalJob
                    .builder("Agreement", List.of(PortalDocument.builder("Agreement", document).build()), List.of(signer))
                    .build();
                byte[] sealed = packages.createASiCE(job).toByteArray();
                if (sealed.length == 0) throw new IllegalStateException("The package is empty.");
                times.append((System.nanoTime() - start) / 1e6).append(' ');
            }
            System.out.println(times.toString().trim());
        }
    }
}
