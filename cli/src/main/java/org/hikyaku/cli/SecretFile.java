package org.hikyaku.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.sasl.Secret;

/** A file whose first line is a secret. */
final class SecretFile {
    private static final Limit SIZE = new Limit("bytes in a file with a secret", 64 * 1024);

    private SecretFile() {}

    /** The first line without its end, in UTF-8. */
    static Secret firstLine(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes((int) SIZE.value());
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(file, e), e);
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
            char[] chars = new char[text.remaining()];
            text.get(chars);
            if (chars.length == 0) {
                throw new UsageException("the first line of " + file + " is empty; it should be the secret");
            }
            return Secret.of(chars);
        } catch (CharacterCodingException e) {
            throw new UsageException("the first line of " + file + " is not UTF-8", e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }
}
