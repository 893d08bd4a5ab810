import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import no.digipost.signature.client.ClientConfiguration;
import no.digipost.signature.client.ServiceEnvironment;
import no.digipost.signature.client.archive.ArchiveClient;
import no.digipost.signature.client.archive.ArchiveOwner;
import no.digipost.signature.client.core.DocumentType;
import no.digipost.signature.client.core.OnBehalfOf;
import no.digipost.signature.client.core.PollingQueue;
import no.digipost.signature.client.core.Sender;
import no.digipost.signature.client.direct.DirectClient;
import no.digipost.signature.client.direct.DirectDocument;
import no.digipost.signature.client.direct.DirectJob;
import no.digipost.signature.client.direct.DirectJobResponse;
import no.digipost.signature.client.direct.DirectJobStatus;
import no.digipost.signature.client.direct.DirectJobStatusResponse;
import no.digipost.signature.client.direct.DirectSigner;
import no.digipost.signature.client.direct.DirectSignerResponse;
import no.digipost.signature.client.direct.ExitUrls;
import no.digipost.signature.client.direct.SignerStatus;
import no.digipost.signature.client.direct.StatusReference;
import no.digipost.signature.client.direct.StatusRetrievalMethod;
import no.digipost.signature.client.portal.Notifications;
import no.digipost.signature.client.portal.PortalClient;
import no.digipost.signature.client.portal.PortalDocument;
import no.digipost.signature.client.portal.PortalJob;
import no.digipost.signature.client.portal.PortalJobResponse;
import no.digipost.signature.client.portal.PortalJobStatus;
import no.digipost.signature.client.portal.PortalJobStatusChanged;
import no.digipost.signature.client.portal.PortalSigner;
import no.digipost.signature.client.portal.SignatureStatus;
import no.digipost.signature.client.portal.SignerIdentifier;
import no.digipost.signature.client.security.KeyStoreConfig;
import no.digipost.signature.client.security.OrganizationNumberValidation;

/**
 * Drives a sandbox with the unmodified official Java client, and prints what it observed, one line for each step:
 * `step key=value …`. Arguments: apiUrl, adminUrl, certificate file, password, organisation number, organisation
 * number of the server, folder of trusted certificates, PDF, scenario.
 */
public class DriveSandbox {
    private static final HttpClient ADMIN = HttpClient.newHttpClient();
    private static String adminUrl;

    public static void main(String[] args) throws Exception {
        adminUrl = args[1];
        ClientConfiguration configuration = configure(args);
        byte[] pdf = Files.readAllBytes(Path.of(args[7]));
        switch (args[8]) {
            case "portal" -> portal(configuration, pdf, args[4]);
            case "direct" -> direct(configuration, pdf, args[4]);
            case "errors" -> errors(configuration, pdf, args[4]);
            default -> throw new IllegalArgumentException(args[8]);
        }
    }

    private static ClientConfiguration configure(String[] args) throws Exception {
        try (InputStream certificate = Files.newInputStream(Path.of(args[2]))) {
            ServiceEnvironment environment = ServiceEnvironment.DIFITEST
                .withServiceUrl(URI.create(args[0]))
                .withCertificates(args[6]);
            return ClientConfiguration.builder(KeyStoreConfig.fromOrganizationCertificate(certificate, args[3]))
                .serviceEnvironment(environment)
                .serverCertificateTrustStrategy(new OrganizationNumberValidation(args[5]))
                .defaultSender(new Sender(args[4]))
                .build();
        }
    }

    private static void portal(ClientConfiguration configuration, byte[] pdf, String organization) throws Exception {
        PortalClient client = new PortalClient(configuration);
        PortalSigner first = PortalSigner
            .identifiedByPersonalIdentificationNumber("11828530064", Notifications.builder().withEmailTo("a@example.com").build())
            .withOrder(1).onBehalfOf(OnBehalfOf.SELF).build();
        PortalSigner second = PortalSigner.identifiedByEmailAndMobileNumber("b@example.com", "+4799999999").withOrder(2).build();
        PortalJob job = PortalJob
            .builder("Avtale om epler",
                List.of(PortalDocument.builder("Avtale", pdf).build(),
                    PortalDocument.builder("Vedlegg", "Epler og pærer".getBytes("UTF-8")).type(DocumentType.TXT).build()),
                List.of(first, second))
            .withReference("official-portal").withNonsensitiveTitle("En avtale").withDescription("Hei,\nher er den.")
            .availableFor(Duration.ofDays(3)).build();
        PortalJobResponse created = inTime(() -> client.create(job));
        print("created", "id", created.getSignatureJobId(), "reference", created.getReference());

        PortalJobStatusChanged nothing = client.getStatusChange();
        print("empty", "status", nothing.getStatus(), "nextPoll", nothing.getNextPermittedPollTime() != null);

        admin("POST", "/jobs/" + created.getSignatureJobId() + "/signers/1/sign");
        PortalJobStatusChanged change = client.getStatusChange();
        print("changed", "status", change.getStatus(), "reference", change.getReference(),
            "first", change.getSignatureFrom(SignerIdentifier.identifiedByPersonalIdentificationNumber("11828530064")).getStatus(),
            "cancellable", change.getCancellationUrl() != null);
        client.confirm(change);

        admin("POST", "/jobs/" + created.getSignatureJobId() + "/signers/2/sign");
        PortalJobStatusChanged done = client.getStatusChange();
        print("done", "status", done.getStatus(), "completed", done.is(PortalJobStatus.COMPLETED_SUCCESSFULLY),
            "second", done.getSignatureFrom(SignerIdentifier.identifiedByEmailAddressAndMobileNumber("b@example.com", "+4799999999")).getStatus());
        print("pades", "sha256", digest(client.getPAdES(done.getpAdESUrl())));
        for (var signature : done.getSignatures()) {
            // `is` compares instances, and a parsed status is not one of the client's constants.
            if (SignatureStatus.SIGNED.equals(signature.getStatus())) print("xades", "sha256", digest(client.getXAdES(signature.getxAdESUrl())));
        }
        client.confirm(done);
        // Only the admin interface lists the ids of archived documents.
        String documentId = admin("GET", "/jobs/" + created.getSignatureJobId())
            .replaceAll("(?s).*\"longTermDocumentId\":\"(\\d+)\".*", "$1");
        ArchiveClient archive = new ArchiveClient(configuration);
        print("archived", "sha256", digest(archive.getPAdES(ArchiveOwner.of(new Sender(organization)), documentId)));

        PortalJobResponse other = client.create(PortalJob.builder("Trekkes tilbake", PortalDocument.builder("Avtale", pdf).build(), first).build());
        client.cancel(other);
        PortalJobStatusChanged cancelled = client.getStatusChange();
        print("cancelled", "status", cancelled.getStatus(), "signer", cancelled.getSignatures().get(0).getStatus());
        client.confirm(cancelled);
    }

    private static void direct(ClientConfiguration configuration, byte[] pdf, String organization) throws Exception {
        DirectClient client = new DirectClient(configuration);
        ExitUrls exits = ExitUrls.of(URI.create("https://sender.example/done"), URI.create("https://sender.example/rejected"), URI.create("https://sender.example/failed"));
        DirectJob job = DirectJob
            .builder("Avtale om epler", DirectDocument.builder("Avtale", pdf).build(), DirectSigner.withPersonalIdentificationNumber("11828530064").build(), exits)
            .withReference("official-direct").withDescription("Hei").build();
        DirectJobResponse created = inTime(() -> client.create(job));
        print("created", "id", created.getSignatureJobId(), "reference", created.getReference());
        DirectSignerResponse signer = created.getSigners().get(0);
        DirectSignerResponse renewed = client.requestNewRedirectUrl(signer);
        print("renewed", "other", !renewed.getRedirectUrl().equals(signer.getRedirectUrl()));

        String exitUrl = admin("POST", "/jobs/" + created.getSignatureJobId() + "/signers/1/sign")
            .replaceAll("(?s).*\"exitUrl\":\"([^\"]*)\".*", "$1");
        String token = exitUrl.substring(exitUrl.indexOf("status_query_token=") + "status_query_token=".length());
        DirectJobStatusResponse status = client.getStatus(StatusReference.of(created).withStatusQueryToken(token));
        print("done", "status", status.getStatus(), "completed", status.is(DirectJobStatus.COMPLETED_SUCCESSFULLY),
            "signer", status.getSignatureFrom("11828530064").getStatus(), "reference", status.getReference());
        print("pades", "sha256", digest(client.getPAdES(status.getpAdESUrl())));
        for (var signature : status.getSignatures()) {
            if (signature.is(SignerStatus.SIGNED)) print("xades", "sha256", digest(client.getXAdES(signature.getxAdESUrl())));
        }
        client.confirm(status);

        Sender sender = new Sender(organization, PollingQueue.of("official queue æ"));
        DirectJob polled = DirectJob
            .builder("Avtale to", List.of(DirectDocument.builder("Avtale", pdf).build()),
                List.of(DirectSigner.withCustomIdentifier("kari").build(), DirectSigner.withCustomIdentifier("ola nordmann").build()), exits)
            .retrieveStatusBy(StatusRetrievalMethod.POLLING).withSender(sender).build();
        DirectJobResponse second = client.create(polled);
        admin("POST", "/jobs/" + second.getSignatureJobId() + "/signers/2/reject");
        DirectJobStatusResponse change = client.getStatusChange(sender);
        print("polled", "status", change.getStatus(), "kari", change.getSignatureFrom("kari").getStatus(),
            "ola", change.getSignatureFrom("ola nordmann").getStatus());
        client.confirm(change);
        print("empty", "status", client.getStatusChange(sender).getStatus());

        admin("POST", "/clock", "{\"advanceSeconds\":90000}");
        client.deleteDocuments(no.digipost.signature.client.core.DeleteDocumentsUrl.of(
            URI.create(configuration.signatureServiceRootUrl() + "/" + sender.getOrganizationNumber() + "/direct/signature-jobs/" + created.getSignatureJobId())));
        print("deleted");
    }

    private static void errors(ClientConfiguration configuration, byte[] pdf, String organization) throws Exception {
        PortalClient portal = new PortalClient(configuration);
        DirectClient direct = new DirectClient(configuration);
        PortalSigner signer = PortalSigner.identifiedByEmail("a@example.com").build();
        ExitUrls exits = ExitUrls.singleExitUrl(URI.create("https://sender.example/"));

        printFailure("broker", () -> portal.create(PortalJob.builder("A", PortalDocument.builder("B", pdf).build(), signer).withSender(new Sender("312901234")).build()));
        printFailure("package", () -> portal.create(PortalJob.builder("A", PortalDocument.builder("B", "no pdf".getBytes()).build(), signer).build()));
        PortalJobResponse ended = inTime(() -> portal.create(PortalJob.builder("A", PortalDocument.builder("B", pdf).build(), signer).build()));
        admin("POST", "/jobs/" + ended.getSignatureJobId() + "/signers/1/reject");
        printFailure("cancel", () -> { portal.cancel(ended); return null; });
        DirectJobResponse waiting = direct.create(DirectJob.builder("A", DirectDocument.builder("B", pdf).build(), DirectSigner.withCustomIdentifier("kari").build(), exits).build());
        printFailure("tooEarly", () -> direct.getStatus(StatusReference.of(waiting).withStatusQueryToken("none")));
        admin("POST", "/jobs/" + waiting.getSignatureJobId() + "/signers/1/sign");
        printFailure("wrongToken", () -> direct.getStatus(StatusReference.of(waiting).withStatusQueryToken("none")));
        printFailure("archive", () -> new ArchiveClient(configuration).getPAdES(ArchiveOwner.of(new Sender(organization)), "1"));
        admin("POST", "/faults", "{\"fault\":\"unknownElements\",\"operation\":\"fetchStatusChange\"}");
        print("later", "status", portal.getStatusChange().getStatus());
        Sender queue = new Sender(organization, PollingQueue.of("empty"));
        portal.getStatusChange(queue);
        printFailure("tooEager", () -> portal.getStatusChange(queue));
    }

    private static void printFailure(String step, Callable<?> call) throws Exception {
        try {
            call.call();
            print(step, "failure", "none");
        } catch (RuntimeException failure) {
            print(step, "failure", failure.getClass().getSimpleName(), "message", String.valueOf(failure.getMessage()).replaceAll("\\s+", "_"));
        }
    }

    /** The service accepts a signing time of five seconds ago: a new JVM on a busy machine may need longer, and sends again. */
    private static <T> T inTime(Callable<T> create) throws Exception {
        for (int attempt = 1;; attempt++) {
            try {
                return create.call();
            } catch (RuntimeException refused) {
                if (attempt == 5 || !String.valueOf(refused.getMessage()).contains("signing time")) throw refused;
            }
        }
    }

    private static String digest(InputStream content) throws Exception {
        try (content) {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content.readAllBytes()));
        }
    }

    private static String admin(String method, String path) throws Exception {
        return admin(method, path, "");
    }

    private static String admin(String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(adminUrl + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
        var response = ADMIN.send(request, BodyHandlers.ofString());
        if (response.statusCode() >= 300) throw new IllegalStateException(method + " " + path + ": " + response.body());
        return response.body();
    }

    private static void print(String step, Object... facts) throws InterruptedException {
        StringBuilder line = new StringBuilder(step);
        for (int i = 0; i < facts.length; i += 2) line.append(' ').append(facts[i]).append('=').append(facts[i + 1]);
        System.out.println(line);
        // The client does not limit itself to ten calls a second.
        Thread.sleep(350);
    }
}
