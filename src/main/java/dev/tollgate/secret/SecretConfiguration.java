package dev.tollgate.secret;

import java.nio.file.Path;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcOperations;

@Configuration(proxyBeanMethods = false)
class SecretConfiguration {

    @Bean
    MasterKeys masterKeys(@Value("${" + MasterKeys.VARIABLE + ":}") String variable,
            @Value("${tollgate.data-dir:data}") Path dataDir) {
        return MasterKeys.open(variable, dataDir);
    }

    /** For TokenMaster.ApiKey; other columns ask {@link MasterKeys#cipherFor} for a cipher of their own. */
    @Bean
    SecretCipher apiKeyCipher(MasterKeys keys) {
        return keys.cipherFor("TokenMaster.ApiKey");
    }

    @Bean(initMethod = "run")
    @DependsOnDatabaseInitialization
    EncryptPlainKeys encryptPlainKeys(MasterKeys keys, SecretCipher apiKeyCipher, JdbcOperations jdbc,
            @Value("${tollgate.table.token-master:TokenMaster}") String table) {
        return new EncryptPlainKeys(keys, apiKeyCipher, jdbc, () -> table);
    }
}
