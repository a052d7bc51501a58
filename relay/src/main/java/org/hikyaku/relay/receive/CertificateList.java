package org.hikyaku.relay.receive;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.hikyaku.net.Limit;
import org.hikyaku.relay.config.ConfigException;
import org.hikyaku.relay.config.ConfigFault;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Pem;

/**
 * The list of client certificates that may submit mail. One a line: the SHA-256 fingerprint of the certificate or of its public
 * key, in hexadecimal with or without colons, and perhaps the user that it stands for. {@code #} begins a comment.
 *
 * <p>MD5 and SHA-1 are refused: somebody can make a second certificate with the same one.
 */
public final class CertificateList {
    private static final int SHA256_DIGITS = 64;
    private static final Limit SIZE = new Limit("bytes in a list of certificates", 16L << 20);

    /** Where the certificate of an old fingerprint may lie: beside the list. */
    private static final Limit SEARCHED = new Limit("certificate files looked through for an old fingerprint", 200);

    /** A certificate that may submit. */
    public record Entry(Optional<String> user) {}

    private final Map<String, Entry> entries;

    private CertificateList(Map<String, Entry> entries) {
        this.entries = Map.copyOf(entries);
    }

    /** Nobody's. */
    public static CertificateList none() {
        return new CertificateList(Map.of());
    }

    /** @throws ConfigException with all faults of the file */
    public static CertificateList read(Path file) throws ConfigException {
        List<String> lines;
        try {
            if (Files.size(file) > SIZE.value()) {
                throw new IOException("more than the limit of " + SIZE.value() + " " + SIZE.name());
            }
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new ConfigException(
                    List.of(new ConfigFault(file.toString(), 1, 1, "the file cannot be read: " + e.getMessage())));
        }
        List<ConfigFault> faults = new ArrayList<>();
        Map<String, Entry> entries = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int hash = line.indexOf('#');
            String[] words = (hash < 0 ? line : line.substring(0, hash)).strip().split("\\s+", -1);
            if (words[0].isEmpty()) {
                continue;
            }
            String digits = words[0].replace(":", "").toLowerCase(Locale.ROOT);
            Optional<String> wrong = words.length > 2
                    ? Optional.of("behind the fingerprint stands one user's name, and nothing else")
                    : wrong(digits, file);
            if (wrong.isEmpty() && entries.containsKey(digits)) {
                wrong = Optional.of("this fingerprint stands here a second time");
            }
            if (wrong.isPresent()) {
                faults.add(new ConfigFault(file.toString(), i + 1, 1, wrong.get()));
            } else {
                entries.put(digits, new Entry(words.length == 2 ? Optional.of(words[1]) : Optional.empty()));
            }
        }
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        return new CertificateList(entries);
    }

    private static Optional<String> wrong(String digits, Path list) {
        boolean hex = digits.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
        if (hex && digits.length() == SHA256_DIGITS) {
            return Optional.empty();
        }
        if (hex && (digits.length() == 32 || digits.length() == 40)) {
            String name = digits.length() == 32 ? "MD5" : "SHA-1";
            String put = beside(digits, name.replace("-1", ""), list)
                    .map(certificate -> "; put this instead: " + ClientCertificates.fingerprint(certificate.sha256()))
                    .orElse("; 'hikyaku cert show FILE' prints the SHA-256 of a certificate to put instead");
            return Optional.of("this is an " + name
                    + " fingerprint, and another certificate can be made that has the same one" + put);
        }
        return Optional.of(
                "a SHA-256 fingerprint has " + SHA256_DIGITS + " hexadecimal digits, with or without colons");
    }

    /** The certificate of an old fingerprint, when it lies beside the list: by the hash of itself or of its key. */
    private static Optional<Certificate> beside(String digits, String algorithm, Path list) {
        Path folder = Optional.ofNullable(list.toAbsolutePath().getParent()).orElseThrow();
        byte[] wanted = HexFormat.of().parseHex(digits);
        int searched = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.{pem,crt,cer,cert}")) {
            MessageDigest digest = MessageDigest.getInstance(algorithm.equals("SHA") ? "SHA-1" : algorithm);
            for (Path file : files) {
                if (++searched > SEARCHED.value()) {
                    break;
                }
                for (Certificate certificate : certificates(file)) {
                    if (MessageDigest.isEqual(digest.digest(certificate.der()), wanted)
                            || MessageDigest.isEqual(digest.digest(certificate.subjectPublicKeyInfo()), wanted)) {
                        return Optional.of(certificate);
                    }
                }
            }
        } catch (IOException e) {
            // A folder that cannot be looked through has no certificate for us.
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
        return Optional.empty();
    }

    private static List<Certificate> certificates(Path file) {
        try {
            return Pem.certificates(file);
        } catch (IOException e) {
            return List.of(); // a key, or something else
        }
    }

    /** What the list says of a certificate. */
    Optional<Entry> find(Certificate certificate) {
        return Optional.ofNullable(entries.get(HexFormat.of().formatHex(certificate.sha256())))
                .or(() -> Optional.ofNullable(entries.get(HexFormat.of().formatHex(certificate.keySha256()))));
    }

    /** How many there are. */
    public int count() {
        return entries.size();
    }
}
