package org.hikyaku.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.check.DomainChecker;
import org.hikyaku.relay.service.LineWriter;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Warnings and worse to standard error. In code rather than XML: it is ready in a few milliseconds. */
public final class LogConfiguration extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSX, UTC} %level %logger{0}: %msg%n";

    /** Has faults of our own shown with their stack traces, also those that cost only a part of the run. */
    static void showFaults() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger(DomainChecker.class).setLevel(Level.DEBUG);
        }
    }

    /** Has a service say what a command would report by itself: policies that cannot be fetched. */
    static void showForService() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("org.hikyaku.policy.StsCache").setLevel(Level.WARN);
        }
    }

    /** Has what libraries log by java.util.logging, the web server above all, written like all else: warnings and worse. */
    static void takeJavaLogging() {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** What a relay has to tell its operator; each delivery has its own line besides. */
    static void showForRelay() {
        showForService();
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getLogger("org.hikyaku.relay").setLevel(Level.INFO);
        }
    }

    /**
     * Has everything written by the thread of a line writer, so that no session waits for a terminal or a disk.
     *
     * @return ends that; to be called before the writer is closed
     */
    static Runnable writeBy(LineWriter lines) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return () -> {};
        }
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        List<Appender<ILoggingEvent>> before = new ArrayList<>();
        root.iteratorForAppenders().forEachRemaining(before::add);
        Handing handing = new Handing(lines);
        handing.setContext(context);
        handing.start();
        root.addAppender(handing);
        before.forEach(root::detachAppender);
        return () -> {
            before.forEach(root::addAppender);
            root.detachAppender(handing);
            handing.stop();
        };
    }

    /** Lays out lines and hands them on. */
    private static final class Handing extends UnsynchronizedAppenderBase<ILoggingEvent> {
        private final LineWriter lines;
        private final PatternLayout layout = new PatternLayout();

        Handing(LineWriter lines) {
            this.lines = lines;
        }

        @Override
        public void start() {
            layout.setContext(getContext());
            layout.setPattern(PATTERN);
            layout.start();
            super.start();
        }

        @Override
        protected void append(ILoggingEvent event) {
            lines.write(layout.doLayout(event).stripTrailing());
        }
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setTarget("System.err");
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        // What cannot be fetched is a finding of the command that asked; a warning besides would say it twice.
        context.getLogger("org.hikyaku.policy.StsCache").setLevel(Level.ERROR);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
