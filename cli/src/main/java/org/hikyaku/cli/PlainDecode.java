package org.hikyaku.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An ordinary call of {@code decode}, understood without picocli: its model of the options is made by reflection at each start, which
 * takes longer than most captures. Whatever else stands on the command line, mistakes among it, is left to the model.
 *
 * @param dialogue what stands behind {@code --dialogue}
 * @param story what stands behind {@code --story}
 */
record PlainDecode(
        String file,
        List<Path> keyLogs,
        List<String> rsaKeys,
        boolean list,
        Optional<String> dialogue,
        Optional<String> story,
        boolean sha256) {

    /** The call, if this is one; {@code args} begin with the name of the command. */
    static Optional<PlainDecode> of(String... args) {
        if (args.length == 0 || !args[0].equals("decode")) {
            return Optional.empty();
        }
        String file = null;
        List<Path> keyLogs = new ArrayList<>();
        List<String> rsaKeys = new ArrayList<>();
        boolean list = false;
        boolean sha256 = false;
        String dialogue = null;
        String story = null;
        for (int i = 1; i < args.length; i++) {
            String next = i + 1 < args.length ? args[i + 1] : null;
            switch (args[i]) {
                case "--keylog" -> {
                    if (next == null || !isValue(next)) {
                        return Optional.empty();
                    }
                    try {
                        keyLogs.add(Path.of(next));
                    } catch (InvalidPathException e) {
                        return Optional.empty();
                    }
                    i++;
                }
                case "--rsa-key" -> {
                    if (next == null || !isValue(next)) {
                        return Optional.empty();
                    }
                    rsaKeys.add(next);
                    i++;
                }
                case "--dialogue" -> {
                    if (dialogue != null || next != null && !isNumber(next)) {
                        return Optional.empty();
                    }
                    dialogue = next == null ? DecodeCommand.ALL : next;
                    i++;
                }
                case "--story" -> {
                    if (story != null || next != null && !isNumber(next)) {
                        return Optional.empty();
                    }
                    story = next == null ? DecodeCommand.ALL : next;
                    i++;
                }
                case "--list" -> {
                    if (list) {
                        return Optional.empty();
                    }
                    list = true;
                }
                case "--sha256" -> {
                    if (sha256) {
                        return Optional.empty();
                    }
                    sha256 = true;
                }
                default -> {
                    if (file != null || !isValue(args[i])) {
                        return Optional.empty();
                    }
                    file = args[i];
                }
            }
        }
        return file == null
                ? Optional.empty()
                : Optional.of(new PlainDecode(
                        file,
                        keyLogs,
                        rsaKeys,
                        list,
                        Optional.ofNullable(dialogue),
                        Optional.ofNullable(story),
                        sha256));
    }

    /** No option, no file of arguments, and nothing that stands in quotation marks. */
    private static boolean isValue(String text) {
        return !text.isEmpty() && "-@\"'".indexOf(text.charAt(0)) < 0;
    }

    private static boolean isNumber(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return !text.isEmpty();
    }
}
