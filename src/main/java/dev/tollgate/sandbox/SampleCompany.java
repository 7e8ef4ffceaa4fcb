package dev.tollgate.sandbox;

import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import dev.tollgate.database.Tables;
import dev.tollgate.secret.SecretCipher;

/** The sandbox's one company, {@value #COMPANY}, with two made-up keys; so that the README's first call has a payer. */
@Component
@Profile("sandbox")
record SampleCompany(JdbcClient database, Tables tables, SecretCipher cipher) implements ApplicationRunner {

    static final String COMPANY = "ACME";

    @Override
    public void run(ApplicationArguments args) {
        long there = database.sql("SELECT COUNT(*) FROM " + tables.tokenMaster() + " WHERE CompanyID = :company")
                .param("company", COMPANY).query(Long.class).single();
        if (there == 0) {
            insert("sandbox-key-one");
            insert("sandbox-key-two");
        }
    }

    private void insert(String key) {
        database.sql("INSERT INTO " + tables.tokenMaster()
                + " (CompanyID, CompanyName, ApiKey, Provider, TotalTokenLimit, Status)"
                + " VALUES (:company, 'Acme (sandbox)', :key, 'Gemini', 1000000, 'Active')")
                .param("company", COMPANY).param("key", cipher.encrypt(key)).update();
    }
}
