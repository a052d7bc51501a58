package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.hikyaku.capture.file.OwnerOnlyFile;

/** Sees to it that what is written does not destroy what is read, nor each other, before anything is opened. */
final class OutputFiles {
    private final Map<Path, String> inputs = new LinkedHashMap<>();
    private final Map<Path, String> outputs = new LinkedHashMap<>();

    /** @param title as {@code the capture} */
    OutputFiles read(String title, Path file) {
        inputs.put(file, title);
        return this;
    }

    /**
     * Refuses a file that is read, or that another option writes.
     *
     * @param option as {@code --html}
     */
    OutputFiles write(String option, Path file) {
        for (Map.Entry<Path, String> input : inputs.entrySet()) {
            if (same(file, input.getKey())) {
                throw new UsageException(
                        option + " would overwrite " + input.getValue() + " that is read: give it another name");
            }
        }
        for (Map.Entry<Path, String> output : outputs.entrySet()) {
            if (same(file, output.getKey())) {
                throw new UsageException(output.getValue() + " and " + option + " both write " + file
                        + ": give one of them another name");
            }
        }
        outputs.put(file, option);
        return this;
    }

    /** Makes sure, before hours of work, that a file can be made which is written at the end. */
    static void tryOut(Path file) throws IOException {
        if (!Files.exists(file) || Files.isRegularFile(file)) { // whoever reads a pipe must not see it end
            OwnerOnlyFile.create(file).close();
        }
    }

    /** Pipes and devices take what several write. */
    private static boolean same(Path a, Path b) {
        if (a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize())) {
            return !Files.exists(a) || Files.isRegularFile(a);
        }
        try {
            return Files.isRegularFile(a) && Files.isRegularFile(b) && Files.isSameFile(a, b);
        } catch (IOException e) {
            return false; // it will be said when it is opened
        }
    }
}
