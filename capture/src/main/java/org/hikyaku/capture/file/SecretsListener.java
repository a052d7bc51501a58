package org.hikyaku.capture.file;

/** Takes the TLS key log text of the Decryption Secrets Blocks of a pcapng file, as they come. */
@FunctionalInterface
public interface SecretsListener {
    void keyLog(byte[] text);
}
