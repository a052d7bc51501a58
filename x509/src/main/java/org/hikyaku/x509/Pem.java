package org.hikyaku.x509;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.hikyaku.net.Limit;

/**
 * PEM files (RFC 7468): certificates and keys in Base64 between {@code -----BEGIN X-----} and {@code -----END X-----}.
 * Text around the blocks is ignored, as the RFC says. Errors name the file and the line.
 */
public final class Pem {
    /** A bundle of all public roots has about 250 thousand. */
    public static final Limit FILE_SIZE = new Limit("bytes in a PEM file", 4 * 1024 * 1024);

    /** One chain with room for every mistake; more than a path search takes. */
    public static final Limit CHAIN = new Limit("certificates in a PEM file", 1000);

    private Pem() {}

    /** One block between BEGIN and END; its Base64 has been found good. */
    private record Block(String label, String base64, int line, boolean encrypted) {
        byte[] der() {
            return Base64.getDecoder().decode(base64);
        }
    }

    /** The certificates of a file in their order; none when it has no such block. */
    public static List<Certificate> certificates(Path file) throws IOException {
        return certificates(file, CHAIN);
    }

    static List<Certificate> certificates(Path file, Limit count) throws IOException {
        return certificates(read(file), file.toString(), count);
    }

    /** The certificates of a text in their order; none when it has no such block. */
    public static List<Certificate> certificates(String text) throws CertificateFormatException {
        return certificates(text, "the PEM text", CHAIN);
    }

    private static List<Certificate> certificates(String text, String source, Limit count)
            throws CertificateFormatException {
        List<Certificate> certificates = new ArrayList<>();
        for (Block block : blocks(text, source)) {
            if (!block.label().equals("CERTIFICATE") && !block.label().equals("X509 CERTIFICATE")) {
                continue;
            }
            if (certificates.size() >= count.value()) {
                throw new CertificateFormatException(source + ", line " + block.line() + ": more than the limit of "
                        + count.value() + " " + count.name());
            }
            try {
                certificates.add(Certificate.parse(block.der()));
            } catch (CertificateFormatException e) {
                throw new CertificateFormatException(
                        source + ", the block at line " + block.line() + ": " + e.getMessage(), e);
            }
        }
        return List.copyOf(certificates);
    }

    /** The first private key of a file: PKCS#8, PKCS#1 (RSA) or SEC 1 (EC), not encrypted. */
    public static PrivateKey privateKey(Path file) throws IOException {
        return privateKey(read(file), file.toString());
    }

    /** The first private key of a text. */
    public static PrivateKey privateKey(String text) throws CertificateFormatException {
        return privateKey(text, "the PEM text");
    }

    /** Whether the first private key of a file is under a password. */
    public static boolean isPrivateKeyEncrypted(Path file) throws IOException {
        return blocks(read(file), file.toString()).stream()
                .filter(block -> block.label().endsWith("PRIVATE KEY"))
                .findFirst()
                .filter(Pem::encrypted)
                .isPresent();
    }

    /** The first private key of a file in which it is under a password. */
    public static PrivateKey encryptedPrivateKey(Path file, char[] password) throws IOException {
        try {
            return convert(EncryptedPem.privateKey(read(file), file.toString(), password));
        } catch (PEMException e) {
            throw new CertificateFormatException(file + ": the key in it is of a kind that is not known");
        }
    }

    private static boolean encrypted(Block block) {
        return block.label().equals("ENCRYPTED PRIVATE KEY") || block.encrypted();
    }

    private static PrivateKey privateKey(String text, String source) throws CertificateFormatException {
        for (Block block : blocks(text, source)) {
            String where = source + ", the block at line " + block.line() + ": ";
            if (encrypted(block)) {
                throw new CertificateFormatException(
                        where + "the private key is encrypted; decrypt it first, for instance with: openssl pkey");
            }
            try {
                Optional<PrivateKeyInfo> info = switch (block.label()) {
                    case "PRIVATE KEY" -> Optional.of(PrivateKeyInfo.getInstance(block.der()));
                    case "RSA PRIVATE KEY" ->
                        Optional.of(new PrivateKeyInfo(
                                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                                RSAPrivateKey.getInstance(block.der())));
                    case "EC PRIVATE KEY" -> Optional.of(sec1(ECPrivateKey.getInstance(block.der())));
                    default -> Optional.empty();
                };
                if (info.isPresent()) {
                    return convert(info.get());
                }
            } catch (IOException | RuntimeException | StackOverflowError e) {
                // The cause is left out on purpose: it may quote bytes of the key.
                throw new CertificateFormatException(where + "not a readable private key");
            }
        }
        throw new CertificateFormatException(source + ": no private key found; expected -----BEGIN PRIVATE KEY-----");
    }

    /** The first public key of a file or text as SubjectPublicKeyInfo in DER: a PUBLIC KEY block. */
    public static byte[] publicKey(Path file) throws IOException {
        return publicKey(read(file), file.toString());
    }

    /** The first public key of a text as SubjectPublicKeyInfo in DER. */
    public static byte[] publicKey(String text) throws CertificateFormatException {
        return publicKey(text, "the PEM text");
    }

    private static byte[] publicKey(String text, String source) throws CertificateFormatException {
        for (Block block : blocks(text, source)) {
            if (block.label().equals("PUBLIC KEY")) {
                try {
                    ASN1Primitive.fromByteArray(block.der());
                    SubjectPublicKeyInfo.getInstance(block.der());
                    return block.der();
                } catch (IOException | RuntimeException | StackOverflowError e) {
                    throw new CertificateFormatException(
                            source + ", the block at line " + block.line() + ": not a readable public key", e);
                }
            }
        }
        throw new CertificateFormatException(source + ": no public key found; expected -----BEGIN PUBLIC KEY-----");
    }

    /** Bytes as a PEM block with lines of 64 characters. */
    public static String encode(String label, byte[] der) {
        String body = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        return "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
    }

    /** A chain as PEM blocks, in its order. */
    public static String encode(List<Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (Certificate certificate : certificates) {
            text.append(encode("CERTIFICATE", certificate.der()));
        }
        return text.toString();
    }

    /** A private key as a PKCS#8 block. Secret. */
    public static String encode(PrivateKey key) {
        return encode("PRIVATE KEY", key.getEncoded());
    }

    private static PrivateKeyInfo sec1(ECPrivateKey key) throws IOException {
        return new PrivateKeyInfo(
                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
    }

    private static PrivateKey convert(PrivateKeyInfo info) throws PEMException {
        try {
            return new JcaPEMKeyConverter().getPrivateKey(info);
        } catch (PEMException e) {
            // Curves that the JDK has dropped.
            return new JcaPEMKeyConverter()
                    .setProvider(new BouncyCastleProvider())
                    .getPrivateKey(info);
        }
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > FILE_SIZE.value()) {
            throw new CertificateFormatException(
                    file + ": more than the limit of " + FILE_SIZE.value() + " " + FILE_SIZE.name());
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static List<Block> blocks(String text, String source) throws CertificateFormatException {
        if (text.length() > FILE_SIZE.value()) {
            throw new CertificateFormatException(
                    source + ": more than the limit of " + FILE_SIZE.value() + " " + FILE_SIZE.name());
        }
        // A DER file is one SEQUENCE with a length of more than 127 bytes (X.690 section 8.1.3.5).
        if (text.length() > 2 && text.charAt(0) == 0x30 && (text.charAt(1) & 0xf0) == 0x80) {
            throw new CertificateFormatException(source + ": this is DER, not PEM; convert a certificate with: openssl"
                    + " x509 -inform DER, a key with: openssl pkey -inform DER");
        }
        List<Block> blocks = new ArrayList<>();
        boolean encrypted = false;
        Optional<String> open = Optional.empty();
        int openLine = 0;
        StringBuilder body = new StringBuilder();
        int number = 0;
        for (String raw : text.split("\r\n|\r|\n", -1)) {
            number++;
            String line = raw.strip();
            if (line.startsWith("-----BEGIN ") && line.endsWith("-----") && line.length() >= 16) {
                if (open.isPresent()) {
                    throw new CertificateFormatException(source + ", line " + number
                            + ": a block begins inside the one that began at line " + openLine);
                }
                open = Optional.of(line.substring(11, line.length() - 5));
                openLine = number;
                body.setLength(0);
                encrypted = false;
            } else if (line.startsWith("-----END ")) {
                if (open.isEmpty() || !line.equals("-----END " + open.get() + "-----")) {
                    throw new CertificateFormatException(
                            source + ", line " + number + ": an END line without its BEGIN line");
                }
                blocks.add(new Block(open.get(), checked(body.toString(), source, openLine), openLine, encrypted));
                open = Optional.empty();
            } else if (open.isPresent() && line.contains(":")) {
                // The headers of old encrypted keys (RFC 1421 section 4.6.1.1).
                encrypted |= line.startsWith("Proc-Type:") && line.endsWith("ENCRYPTED");
            } else if (open.isPresent()) {
                checkBase64(line, source, number);
                body.append(line);
            }
        }
        if (open.isPresent()) {
            throw new CertificateFormatException(source + ": the block " + PrintableText.of(open.get())
                    + " that begins at line " + openLine + " has no END line; the file may be cut off");
        }
        return blocks;
    }

    private static void checkBase64(String line, String source, int number) throws CertificateFormatException {
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if ("+/=".indexOf(c) < 0 && !isLetterOrDigit(c)) {
                throw new CertificateFormatException(
                        source + ", line " + number + ": column " + (i + 1) + " is not a character of Base64");
            }
        }
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static String checked(String base64, String source, int line) throws CertificateFormatException {
        try {
            Base64.getDecoder().decode(base64);
            return base64;
        } catch (IllegalArgumentException e) {
            throw new CertificateFormatException(source + ", the block at line " + line + ": broken Base64");
        }
    }
}
