package org.hikyaku.relay.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Limit;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The text of a configuration file, as YAML. Which settings there are it does not know.
 *
 * @param name the file as it was named
 * @param folder where relative paths begin
 */
record ConfigFile(String name, Path folder, String text) {
    private static final Limit SIZE = new Limit("bytes in a configuration file", 4L << 20);

    /** @throws ConfigException when it cannot be read */
    static ConfigFile of(Path file) throws ConfigException {
        String name = file.toString();
        String text;
        try {
            if (Files.size(file) > SIZE.value()) {
                throw fault(name, "the file has more than the limit of " + SIZE.value() + " " + SIZE.name());
            }
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw fault(name, "the file is not in UTF-8");
        } catch (AccessDeniedException e) {
            throw fault(name, "the user " + System.getProperty("user.name") + " may not read the file");
        } catch (IOException e) {
            String why = Files.exists(file) ? "the file cannot be read: " + e.getMessage() : "there is no such file";
            throw fault(name, why);
        }
        Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
        return new ConfigFile(name, folder, text);
    }

    /**
     * What the whole file says.
     *
     * @throws ConfigException when it is empty or no YAML
     */
    Node top() throws ConfigException {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(name)
                .setMaxAliasesForCollections(0)
                .build();
        Optional<Node> top;
        try {
            top = new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark();
            throw new ConfigException(List.of(new ConfigFault(
                    name,
                    mark.map(Mark::getLine).orElse(0) + 1,
                    mark.map(Mark::getColumn).orElse(0) + 1,
                    "this is not YAML: " + e.getProblem())));
        } catch (YamlEngineException e) {
            throw fault(name, "this is not YAML: " + e.getMessage());
        }
        if (top.isEmpty()) {
            throw fault(name, "the file is empty; it needs at least \"hostname: mx.example.org\"");
        }
        return top.get();
    }

    /** A fault of the file as a whole, told at its beginning. */
    private static ConfigException fault(String name, String sentence) {
        return new ConfigException(List.of(new ConfigFault(name, 1, 1, sentence)));
    }
}
