package org.hikyaku.relay.config;

/**
 * One setting that the reader knows, as the documentation must give it.
 *
 * @param path keys from the top, joined by dots; {@code []} behind the key of a list of sections
 * @param kind what its value is, in words
 * @param otherwise its default as it would be written in the file, {@code -} when there is none, {@code required} when it must be given
 */
public record Setting(String path, String kind, String otherwise) {}
