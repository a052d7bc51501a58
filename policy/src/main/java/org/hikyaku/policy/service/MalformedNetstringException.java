package org.hikyaku.policy.service;

import java.io.IOException;

/** Bytes that are no netstring. The stream cannot be read any further. */
final class MalformedNetstringException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedNetstringException(String sentence) {
        super(sentence);
    }
}
