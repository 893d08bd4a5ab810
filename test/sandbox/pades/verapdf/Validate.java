import java.io.FileInputStream;
import java.io.InputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Validates files, each against its flavour: `Validate FLAVOUR FILE [FLAVOUR FILE …]`. Prints one line for each file. */
public class Validate {
    public static void main(String[] args) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (int at = 0; at + 1 < args.length; at += 2) {
            PDFAFlavour flavour = PDFAFlavour.fromString(args[at]);
            try (InputStream file = new FileInputStream(args[at + 1]);
                    PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                    PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
                ValidationResult result = validator.validate(parser);
                StringBuilder line = new StringBuilder(result.isCompliant() ? "COMPLIANT" : "NOT COMPLIANT");
                for (TestAssertion failed : result.getTestAssertions()) {
                    if (failed.getStatus() != TestAssertion.Status.FAILED) continue;
                    line.append(" | ").append(failed.getRuleId().getClause()).append('-').append(failed.getRuleId().getTestNumber())
                            .append(' ').append(failed.getMessage()).append(' ').append(failed.getLocation().getContext());
                }
                System.out.println(line.toString().replace('\n', ' '));
            }
        }
    }
}
