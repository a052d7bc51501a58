package org.hikyaku.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.x509.KeyChoice;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What kind of key, for how long, and which files; use as a mixin. */
final class CertFileOptions {
    private static final int MOST_DAYS = 36_500;

    @Option(
            names = "--out",
            paramLabel = "PREFIX",
            description = "Write PREFIX.pem, PREFIX.key and with --p12 PREFIX.p12 (default: made from the first name).")
    private @Nullable String out;

    @Option(
            names = "--key-type",
            paramLabel = "TYPE",
            defaultValue = "ec-p256",
            description = "ec-p256, ec-p384, rsa-2048, rsa-3072, rsa-4096 or ed25519 (default: ${DEFAULT-VALUE}).")
    private String keyType = "ec-p256";

    @Option(
            names = "--days",
            paramLabel = "N",
            description = "Valid for so many days from now, 1 to 36500 (default: 365; 3650 for ca).")
    private @Nullable Integer days;

    @Option(names = "--p12", description = "Write key and chain as PKCS#12 too, for mail programs.")
    private boolean pkcs12;

    @Option(
            names = "--p12-password-file",
            paramLabel = "FILE",
            description =
                    "First line: the password of the PKCS#12 file. Else HIKYAKU_PKCS12_PASSWORD, else it is asked for"
                            + " at the terminal; without one a password is made up and said once.")
    private @Nullable Path passwordFile;

    @Option(names = "--force", description = "Overwrite files that exist.")
    private boolean force;

    KeyChoice key() {
        Optional<KeyChoice> found = Arrays.stream(KeyChoice.values())
                .filter(k -> k != KeyChoice.RSA_512 && k != KeyChoice.RSA_1024) // weak, for tests
                .filter(k -> token(k).equals(keyType.toLowerCase(Locale.ROOT)))
                .findFirst();
        if (found.isEmpty()) {
            throw new UsageException("--key-type takes "
                    + Arrays.stream(KeyChoice.values())
                            .filter(k -> k != KeyChoice.RSA_512 && k != KeyChoice.RSA_1024)
                            .map(CertFileOptions::token)
                            .collect(Collectors.joining(", "))
                    + ", not " + keyType);
        }
        return found.get();
    }

    private static String token(KeyChoice key) {
        return key.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    int days(int otherwise) {
        int wanted = days == null ? otherwise : days;
        if (wanted < 1 || wanted > MOST_DAYS) {
            throw new UsageException("--days takes a number from 1 to " + MOST_DAYS + ", not " + wanted);
        }
        return wanted;
    }

    /** The files' common beginning. */
    String prefix(String name) {
        if (out != null) {
            return out;
        }
        StringBuilder made = new StringBuilder();
        for (char c : name.toLowerCase(Locale.ROOT).replace("*.", "wildcard.").toCharArray()) {
            boolean plain = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-';
            made.append(plain ? c : '_');
        }
        return made.charAt(0) == '.' ? "_" + made.substring(1) : made.toString();
    }

    boolean pkcs12() {
        return pkcs12 || passwordFile != null;
    }

    Optional<Path> passwordFile() {
        return Optional.ofNullable(passwordFile);
    }

    boolean force() {
        return force;
    }
}
