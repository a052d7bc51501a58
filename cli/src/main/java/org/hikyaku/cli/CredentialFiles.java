package org.hikyaku.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.smtp.sasl.Secret;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.Pem;
import org.hikyaku.x509.Pkcs12;

/** Keys and certificates that a person names on the command line: PEM or PKCS#12. */
final class CredentialFiles {
    private CredentialFiles() {}

    /** Whether the file is PKCS#12 (or other DER) by its first byte: PEM is text. */
    static boolean binary(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return in.read() == 0x30;
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(file, e), e);
        }
    }

    /**
     * A certificate with its key.
     *
     * @param key where the key is when it is not in the file itself
     */
    static Credential read(Path file, Optional<Path> key, Optional<Path> passwordFile, Environment environment) {
        if (binary(file)) {
            try (Secret password = password(file, passwordFile, environment)) {
                return pkcs12(file, password);
            }
        }
        List<Certificate> chain = PemFiles.certificates(file);
        Path keyFile = key.orElse(file);
        PrivateKey secret;
        try {
            secret = Pem.privateKey(keyFile);
        } catch (IOException e) {
            throw PemFiles.unreadable(keyFile, e);
        }
        return new Credential(secret, chain);
    }

    static Credential pkcs12(Path file, Secret password) {
        char[] chars = password.chars();
        try {
            return Pkcs12.read(file, chars);
        } catch (IOException e) {
            throw PemFiles.unreadable(file, e);
        } finally {
            Arrays.fill(chars, '\0');
        }
    }

    /** The password of a PKCS#12 file: from a file, the environment, or the terminal. */
    static Secret password(Path file, Optional<Path> passwordFile, Environment environment) {
        return password(file, passwordFile, "a password file", "HIKYAKU_PKCS12_PASSWORD", environment);
    }

    /**
     * The same, where the password has another name.
     *
     * @param option what gives a password file, for the sentence
     * @param name of the environment variable
     */
    static Secret password(
            Path file, Optional<Path> passwordFile, String option, String name, Environment environment) {
        if (passwordFile.isPresent()) {
            return SecretFile.firstLine(passwordFile.get());
        }
        String variable = environment.variables().get(name);
        if (variable != null) {
            return Secret.of(variable.toCharArray());
        }
        return Secret.of(environment
                .input()
                .secret("Password of " + file + ": ")
                .orElseThrow(() -> new UsageException("there is no terminal to ask for the password of " + file
                        + "; give it with " + option + " or in " + name)));
    }
}
