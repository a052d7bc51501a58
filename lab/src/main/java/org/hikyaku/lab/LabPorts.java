package org.hikyaku.lab;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import org.hikyaku.net.Addresses;

/** Opening ports. */
final class LabPorts {
    private LabPorts() {}

    /** The system's text does not say which of some hundred ports it is about. */
    static IOException named(IOException e, InetSocketAddress at, String what) {
        String text = Addresses.text(at) + " for the " + what + ": " + e.getMessage();
        IOException named = e instanceof BindException ? new BindException(text) : new SocketException(text);
        named.initCause(e);
        return named;
    }

    /** A free port of 127.0.0.1. */
    static InetSocketAddress anyOfLoopback() {
        return loopback(0);
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(address(127, 0, 0, 1), port);
    }

    static InetAddress address(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }
}
