# Until when AWS supports what a resource runs. Dates are the end of standard support; what follows costs extra, is upgraded by AWS, or gets no patches.
# Sources: the release calendars of each service as https://endoflife.date collects them, and the notices in the user guides; read on 2026-06-03.
# A version that is not here is supported, or its end is not announced. One that is older than all of its kind that are here has ended with them.

define "lifecycles" {
  is = {
    "PostgreSQL 9.6 on RDS"       = "2022-04-30"
    "PostgreSQL 10 on RDS"        = "2023-04-30"
    "PostgreSQL 11 on RDS"        = "2024-02-29"
    "PostgreSQL 12 on RDS"        = "2025-02-28"
    "PostgreSQL 13 on RDS"        = "2026-02-28"
    "PostgreSQL 14 on RDS"        = "2027-02-28"
    "PostgreSQL 15 on RDS"        = "2028-02-29"
    "MySQL 5.6 on RDS"            = "2022-03-01"
    "MySQL 5.7 on RDS"            = "2024-02-29"
    "MySQL 8.0 on RDS"            = "2026-07-31"
    "MariaDB 10.3 on RDS"         = "2023-10-23"
    "MariaDB 10.4 on RDS"         = "2025-02-28"
    "MariaDB 10.5 on RDS"         = "2026-02-28"
    "MariaDB 10.6 on RDS"         = "2026-07-31"
    "MariaDB 10.11 on RDS"        = "2028-02-29"
    "Aurora MySQL 5.6"            = "2023-02-28"
    "Aurora MySQL 5.7"            = "2024-10-31"
    "Aurora MySQL 8.0"            = "2028-04-30"
    "Aurora PostgreSQL 9.6"       = "2022-01-31"
    "Aurora PostgreSQL 10"        = "2023-04-17"
    "Aurora PostgreSQL 11"        = "2024-02-29"
    "Aurora PostgreSQL 12"        = "2025-02-28"
    "Aurora PostgreSQL 13"        = "2026-02-28"
    "DocumentDB 3.6"              = "2026-03-30"
    "Kubernetes 1.20 on EKS"      = "2022-11-01"
    "Kubernetes 1.21 on EKS"      = "2023-02-16"
    "Kubernetes 1.22 on EKS"      = "2023-06-04"
    "Kubernetes 1.23 on EKS"      = "2023-10-11"
    "Kubernetes 1.24 on EKS"      = "2024-01-31"
    "Kubernetes 1.25 on EKS"      = "2024-05-01"
    "Kubernetes 1.26 on EKS"      = "2024-06-11"
    "Kubernetes 1.27 on EKS"      = "2024-07-24"
    "Kubernetes 1.28 on EKS"      = "2024-11-26"
    "Kubernetes 1.29 on EKS"      = "2025-03-23"
    "Kubernetes 1.30 on EKS"      = "2025-07-23"
    "Kubernetes 1.31 on EKS"      = "2025-11-26"
    "Kubernetes 1.32 on EKS"      = "2026-03-23"
    "Kubernetes 1.33 on EKS"      = "2026-07-29"
    "Kubernetes 1.34 on EKS"      = "2026-12-02"
    "Kubernetes 1.35 on EKS"      = "2027-03-27"
    "Redis 2 on ElastiCache"      = "2023-01-13"
    "Redis 3 on ElastiCache"      = "2023-07-31"
    "Redis 4 on ElastiCache"      = "2026-01-31"
    "Redis 5 on ElastiCache"      = "2026-01-31"
    "Redis 6 on ElastiCache"      = "2027-01-31"
    "Kafka 2.2 on MSK"            = "2024-06-08"
    "Kafka 2.3 on MSK"            = "2024-06-08"
    "Kafka 2.4 on MSK"            = "2024-06-08"
    "Kafka 2.5 on MSK"            = "2024-06-08"
    "Kafka 2.6 on MSK"            = "2024-09-11"
    "Kafka 2.7 on MSK"            = "2024-09-11"
    "Kafka 2.8 on MSK"            = "2025-01-14"
    "Kafka 3.1 on MSK"            = "2024-09-11"
    "Kafka 3.2 on MSK"            = "2024-09-11"
    "Kafka 3.3 on MSK"            = "2024-09-11"
    "Kafka 3.4 on MSK"            = "2025-08-04"
    "Kafka 3.5 on MSK"            = "2025-10-23"
    "Kafka 3.6 on MSK"            = "2026-06-01"
    "Kafka 3.7 on MSK"            = "2026-09-01"
    "RabbitMQ 3.12 on Amazon MQ"  = "2025-03-17"
    "ActiveMQ 5.15 on Amazon MQ"  = "2024-09-16"
    "ActiveMQ 5.16 on Amazon MQ"  = "2024-11-15"
    "ActiveMQ 5.17 on Amazon MQ"  = "2025-06-16"
    "Glue 0.9"                    = "2022-06-01"
    "Glue 1.0"                    = "2022-09-30"
    "Glue 2.0"                    = "2024-01-31"
    "OpenSearch 1.0"              = "2025-11-07"
    "OpenSearch 1.1"              = "2025-11-07"
    "OpenSearch 1.2"              = "2025-11-07"
    "OpenSearch 2.3"              = "2025-11-07"
    "OpenSearch 2.5"              = "2025-11-07"
    "OpenSearch 2.7"              = "2025-11-07"
    "OpenSearch 2.9"              = "2025-11-07"
    "Elasticsearch 1.5"           = "2025-11-07"
    "Elasticsearch 2.3"           = "2025-11-07"
    "Elasticsearch 5.1"           = "2025-11-07"
    "Elasticsearch 5.3"           = "2025-11-07"
    "Elasticsearch 5.5"           = "2025-11-07"
    "Elasticsearch 5.6"           = "2025-11-07"
    "Elasticsearch 6.0"           = "2025-11-07"
    "Elasticsearch 6.2"           = "2025-11-07"
    "Elasticsearch 6.3"           = "2025-11-07"
    "Elasticsearch 6.4"           = "2025-11-07"
    "Elasticsearch 6.5"           = "2025-11-07"
    "Elasticsearch 6.7"           = "2025-11-07"
    "Elasticsearch 7.1"           = "2025-11-07"
    "Elasticsearch 7.4"           = "2025-11-07"
    "Elasticsearch 7.7"           = "2025-11-07"
    "Elasticsearch 7.8"           = "2025-11-07"
    "Fargate platform 1.0 to 1.3" = "2026-03-16"
  }
}

# What it runs, in the words of the table; null where nothing is said.
define "release" {
  of = ["aws_db_instance", "aws_rds_cluster", "aws_rds_global_cluster"]
  is = (
    self.engine_version == null ? null :
    self.engine == "postgres" ? "PostgreSQL ${try(regex("^9[.][0-9]+|^[0-9]+", self.engine_version), "")} on RDS" :
    self.engine == "mysql" ? "MySQL ${try(regex("^[0-9]+[.][0-9]+", self.engine_version), "")} on RDS" :
    self.engine == "mariadb" ? "MariaDB ${try(regex("^[0-9]+[.][0-9]+", self.engine_version), "")} on RDS" :
    self.engine == "aurora-postgresql" ? "Aurora PostgreSQL ${try(regex("^9[.][0-9]+|^[0-9]+", self.engine_version), "")}" :
    self.engine == "aurora-mysql" ? "Aurora MySQL ${try(regex("^[0-9]+[.][0-9]+", self.engine_version), "")}" :
    self.engine == "aurora" ? "Aurora MySQL 5.6" :
    null
  )
}

define "release" {
  of = "aws_docdb_cluster"
  is = self.engine_version == null ? null : "DocumentDB ${try(regex("^[0-9]+[.][0-9]+", self.engine_version), "")}"
}

define "release" {
  of = "aws_eks_cluster"
  is = self.version == null ? null : "Kubernetes ${self.version} on EKS"
}

define "release" {
  of = ["aws_elasticache_replication_group", "aws_elasticache_cluster"]
  is = self.engine_version == null || default(self.engine, "redis") != "redis" ? null : "Redis ${try(regex("^[0-9]+", self.engine_version), "")} on ElastiCache"
}

define "release" {
  of = "aws_msk_cluster"
  is = self.kafka_version == null ? null : "Kafka ${try(regex("^[0-9]+[.][0-9]+", self.kafka_version), "")} on MSK"
}

define "release" {
  of = "aws_mq_broker"
  is = self.engine_version == null ? null : "${upper(default(self.engine_type, "")) == "RABBITMQ" ? "RabbitMQ" : "ActiveMQ"} ${try(regex("^[0-9]+[.][0-9]+", self.engine_version), "")} on Amazon MQ"
}

define "release" {
  of = "aws_glue_job"
  is = self.glue_version == null ? null : "Glue ${self.glue_version}"
}

define "release" {
  of = "aws_opensearch_domain"
  is = self.engine_version == null ? null : replace(self.engine_version, "_", " ")
}

define "release" {
  of = "aws_elasticsearch_domain"
  is = "Elasticsearch ${default(self.elasticsearch_version, "1.5")}"
}

# On Windows the platform has versions of its own, and 1.0.0 is current.
define "release" {
  of = "aws_ecs_service"
  is = contains(["1.1.0", "1.2.0", "1.3.0"], default(self.platform_version, "LATEST")) ? "Fargate platform 1.0 to 1.3" : null
}

# The oldest version of each kind of release in the table. What is older has ended before it.
define "oldest_releases" {
  is = {
    "PostgreSQL * on RDS"     = "9.6"
    "MySQL * on RDS"          = "5.6"
    "MariaDB * on RDS"        = "10.3"
    "Aurora MySQL *"          = "5.6"
    "Aurora PostgreSQL *"     = "9.6"
    "DocumentDB *"            = "3.6"
    "Kubernetes * on EKS"     = "1.20"
    "Redis * on ElastiCache"  = "2"
    "Kafka * on MSK"          = "2.2"
    "RabbitMQ * on Amazon MQ" = "3.12"
    "ActiveMQ * on Amazon MQ" = "5.15"
    "Glue *"                  = "0.9"
    "Elasticsearch *"         = "1.5"
  }
}

# The row of the oldest version of its kind, where the release is older still; else null.
define "ended_before" {
  is = one([
    for kind, oldest in oldest_releases(self) : replace(kind, "*", oldest)
    if kind == replace(default(release(self), ""), "/[0-9]+([.][0-9]+)?/", "*") && version_allows("< ${oldest}", regex("[0-9]+(?:[.][0-9]+)?", release(self)))
  ])
}

define "support_ends" {
  is = release(self) == null ? null : lookup(lifecycles(self), default(ended_before(self), release(self)), null)
}

# When support ended, in words: for what is older than the table, the day on which it had ended at the latest.
define "support_ended" {
  is = ended_before(self) == null ? "on ${support_ends(self)}" : "before ${support_ends(self)}"
}

# Runtimes of functions and of canaries, and the day from which they get no patches. What is not here is supported.
# Sources: stored copies of https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, as of 2026-05-23, and for canaries
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Runtime_Support_Policy.html; read on 2026-11-30.
define "runtime_ends" {
  is = {
    "nodejs"                   = "2016-10-31"
    "nodejs4.3"                = "2020-03-05"
    "nodejs4.3-edge"           = "2019-04-30"
    "nodejs6.10"               = "2019-08-12"
    "nodejs8.10"               = "2020-03-06"
    "nodejs10.x"               = "2021-07-30"
    "nodejs12.x"               = "2023-03-31"
    "nodejs14.x"               = "2023-12-04"
    "nodejs16.x"               = "2024-06-12"
    "nodejs18.x"               = "2025-09-01"
    "nodejs20.x"               = "2026-04-30"
    "nodejs22.x"               = "2027-04-30"
    "nodejs24.x"               = "2028-04-30"
    "python2.7"                = "2021-07-15"
    "python3.6"                = "2022-07-18"
    "python3.7"                = "2023-12-04"
    "python3.8"                = "2024-10-14"
    "python3.9"                = "2025-12-15"
    "python3.10"               = "2026-10-31"
    "python3.11"               = "2027-06-30"
    "python3.12"               = "2028-10-31"
    "python3.13"               = "2029-06-30"
    "python3.14"               = "2029-06-30"
    "ruby2.5"                  = "2021-07-30"
    "ruby2.7"                  = "2023-12-07"
    "ruby3.2"                  = "2026-03-31"
    "ruby3.3"                  = "2027-03-31"
    "ruby3.4"                  = "2028-03-31"
    "java8"                    = "2024-01-08"
    "java8.al2"                = "2027-06-30"
    "java11"                   = "2027-06-30"
    "java17"                   = "2027-06-30"
    "java21"                   = "2029-06-30"
    "java25"                   = "2029-06-30"
    "dotnetcore1.0"            = "2019-07-30"
    "dotnetcore2.0"            = "2019-05-30"
    "dotnetcore2.1"            = "2022-01-05"
    "dotnetcore3.1"            = "2023-04-03"
    "dotnet5.0"                = "2022-05-10"
    "dotnet6"                  = "2024-12-20"
    "dotnet7"                  = "2024-05-14"
    "dotnet8"                  = "2026-11-10"
    "dotnet10"                 = "2028-11-14"
    "go1.x"                    = "2024-01-08"
    "provided"                 = "2024-01-08"
    "provided.al2"             = "2026-07-31"
    "provided.al2023"          = "2029-06-30"
    "syn-1.0"                  = "2021-05-28"
    "syn-nodejs-2.0-beta"      = "2021-02-08"
    "syn-nodejs-2.0"           = "2021-05-28"
    "syn-nodejs-2.1"           = "2021-05-28"
    "syn-nodejs-2.2"           = "2021-05-28"
    "syn-nodejs-puppeteer-3.0" = "2022-11-13"
    "syn-nodejs-puppeteer-3.1" = "2022-11-13"
    "syn-nodejs-puppeteer-3.2" = "2022-11-13"
    "syn-nodejs-puppeteer-3.3" = "2022-11-13"
    "syn-nodejs-puppeteer-3.4" = "2022-11-13"
    "syn-nodejs-puppeteer-3.5" = "2024-01-08"
    "syn-nodejs-puppeteer-3.6" = "2024-01-08"
    "syn-nodejs-puppeteer-3.7" = "2024-01-08"
    "syn-nodejs-puppeteer-3.8" = "2024-01-08"
    "syn-nodejs-puppeteer-3.9" = "2024-01-08"
    "syn-nodejs-puppeteer-4.0" = "2024-03-08"
    "syn-nodejs-puppeteer-5.0" = "2024-03-08"
    "syn-nodejs-puppeteer-5.1" = "2024-03-08"
    "syn-nodejs-puppeteer-6.0" = "2024-03-08"
    "syn-nodejs-puppeteer-6.1" = "2024-03-08"
    "syn-nodejs-puppeteer-5.2" = "2026-01-22"
    "syn-nodejs-puppeteer-6.2" = "2026-01-22"
    "syn-nodejs-puppeteer-7.0" = "2026-01-22"
    "syn-python-selenium-1.0"  = "2024-03-08"
    "syn-python-selenium-1.1"  = "2024-03-08"
    "syn-python-selenium-1.2"  = "2024-03-08"
    "syn-python-selenium-1.3"  = "2024-03-08"
    "syn-python-selenium-2.0"  = "2024-03-08"
    "syn-python-selenium-2.1"  = "2026-01-22"
    "syn-python-selenium-3.0"  = "2026-01-22"
    "syn-python-selenium-4.0"  = "2026-02-03"
    "syn-python-selenium-4.1"  = "2026-02-03"
    "syn-python-selenium-5.0"  = "2026-02-03"
    "syn-python-selenium-5.1"  = "2026-02-03"
  }
}

# The runtimes that it needs: a layer is of use as long as one of those that it is for is.
define "runtimes" {
  of = "aws_lambda_function"
  is = self.runtime == null || self.package_type == "Image" ? [] : [self.runtime]
}

define "runtimes" {
  of = "aws_lambda_layer_version"
  is = default(self.compatible_runtimes, [])
}

define "runtimes" {
  of = "aws_synthetics_canary"
  is = [self.runtime_version]
}

# The day from which none of them gets patches; null while one of them has no end.
define "runtimes_end" {
  is = (
    length(runtimes(self)) == 0 || anytrue([for name in runtimes(self) : lookup(runtime_ends(self), name, null) == null])
    ? null : reverse(sort([for name in runtimes(self) : lookup(runtime_ends(self), name, null)]))[0]
  )
}

# Services that are no more.
define "service_ended" {
  of = ["aws_opsworks_stack", "aws_opsworks_application", "aws_opsworks_instance"]
  is = "2024-05-26"
}

define "service_ended" {
  of = ["aws_qldb_ledger", "aws_qldb_stream"]
  is = "2025-07-31"
}

define "service_ended" {
  of = ["aws_elastictranscoder_pipeline", "aws_elastictranscoder_preset"]
  is = "2025-11-13"
}

# Whether AWS may install minor versions by itself. What nobody sets is on, with brokers off. Caches have the switch as a text.
define "takes_minor_versions" {
  of = ["aws_db_instance", "aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance", "aws_elasticache_replication_group", "aws_elasticache_cluster", "aws_memorydb_cluster", "aws_dms_replication_instance"]
  is = tostring(default(self.auto_minor_version_upgrade, true)) != "false"
}

define "takes_minor_versions" {
  of = "aws_mq_broker"
  is = default(self.auto_minor_version_upgrade, false)
}

define "takes_minor_versions" {
  of = "aws_redshift_cluster"
  is = default(self.allow_version_upgrade, true)
}

# Families of machines that AWS lists as previous generation (https://aws.amazon.com/ec2/previous-generation/, read on 2026-06-03).
define "previous_families" {
  is = ["t1", "m1", "m2", "m3", "c1", "c3", "cc2", "cr1", "r3", "i2", "g2", "hs1", "hi1"]
}

# Families that a service replaces by newer ones itself, with the day from which it does so: RDS in a maintenance window, with a restart.
# Source: the notices of RDS for MySQL, MariaDB, PostgreSQL and SQL Server of 2024, read on 2026-11-30.
define "replaced_families" {
  of = "aws_db_instance"
  is = can(regex("^(mysql|mariadb|postgres|sqlserver-.*)$", self.engine)) ? { m4 = "2024-06-01", r4 = "2024-06-01", t2 = "2024-06-01" } : {}
}

# The types of machines that something runs on, as they are written.
define "machine_types" {
  of = ["aws_instance", "aws_launch_template", "aws_launch_configuration"]
  is = [self.instance_type]
}

define "machine_types" {
  of = ["aws_db_instance", "aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance"]
  is = [self.instance_class]
}

define "machine_types" {
  of = ["aws_elasticache_replication_group", "aws_elasticache_cluster"]
  is = [self.node_type]
}

define "machine_types" {
  of = "aws_opensearch_domain"
  is = [self.cluster_config[0].instance_type, self.cluster_config[0].dedicated_master_type]
}

define "machine_types" {
  of = "aws_eks_node_group"
  is = default(self.instance_types, [])
}
