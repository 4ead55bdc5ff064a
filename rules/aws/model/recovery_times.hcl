# How long a recovery takes and how much of the latest data it loses, in seconds: what targets of `intent` blocks are compared with. Each
# has the page that says so. Where AWS publishes no figure, there is none here, and the target is unknown.

# A standby in another zone takes over.
define "recovery_time" {
  of = "aws_db_instance"
  is = self.multi_az == true ? {
    least  = 60
    most   = 120
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html"
  } : null
}

# A reader takes over: of Aurora, or of a cluster of three instances with storage of their own.
define "recovery_time" {
  of = "aws_rds_cluster"
  is = (
    copies(self) < 2 ? null :
    is_aurora(self) ? {
      least  = 0
      most   = 60
      source = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html"
    } :
    {
      least  = 0
      most   = 35
      source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts-failover.html"
    }
  )
}

define "is_aurora" {
  of = "aws_rds_cluster"
  is = startswith(default(self.engine, "aurora"), "aurora")
}

# Both are built alike, and both guides give the same figure.
define "recovery_time" {
  of = ["aws_docdb_cluster", "aws_neptune_cluster"]
  is = copies(self) < 2 ? null : {
    least  = 0
    most   = 120
    source = keeps_writes_by(self)
  }
}

define "recovery_time" {
  of = "aws_fsx_windows_file_system"
  is = copies(self) < 2 ? null : {
    least  = 0
    most   = 30
    source = keeps_writes_by(self)
  }
}

# Another record answers once checks from outside have failed so often in a row, and whoever asked before has forgotten the answer. How long AWS
# takes to see that what an alias leads to has failed, it does not say.
define "recovery_time" {
  of = "aws_route53_record"
  is = try(flatten([
    for h in linked(self, "uses", "aws_route53_health_check") : {
      least  = default(h.request_interval, 30) * (default(h.failure_threshold, 3) - 1)
      most   = default(h.request_interval, 30) * default(h.failure_threshold, 3) + self.ttl
      source = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html"
    } if contains(["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"], h.type)
  ])[0], null)
}

# The page that says that what was written stays when a zone or a machine is lost, because it is in another zone before the store
# answers. Null where that is not so.
define "keeps_writes_by" {
  of = "aws_db_instance"
  is = self.multi_az == true ? "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZSingleStandby.html" : null
}

# Their storage is in three zones, however many instances there are.
define "keeps_writes_by" {
  of = "aws_rds_cluster"
  is = is_aurora(self) ? "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html" : null
}

define "keeps_writes_by" {
  of = "aws_docdb_cluster"
  is = "https://docs.aws.amazon.com/documentdb/latest/developerguide/db-cluster-fault-tolerance.html"
}

define "keeps_writes_by" {
  of = "aws_neptune_cluster"
  is = "https://docs.aws.amazon.com/neptune/latest/userguide/backup-restore-overview-fault-tolerance.html"
}

define "keeps_writes_by" {
  of = "aws_fsx_windows_file_system"
  is = copies(self) >= 2 ? "https://docs.aws.amazon.com/fsx/latest/WindowsGuide/high-availability-multiAZ.html" : null
}

define "keeps_writes_by" {
  of = "aws_fsx_openzfs_file_system"
  is = copies(self) >= 2 ? "https://docs.aws.amazon.com/fsx/latest/OpenZFSGuide/availability-durability.html" : null
}

# Both brokers work on one file system that spans zones.
define "keeps_writes_by" {
  of = "aws_mq_broker"
  is = (
    self.deployment_mode == "ACTIVE_STANDBY_MULTI_AZ"
    ? "https://docs.aws.amazon.com/amazon-mq/latest/developer-guide/active-standby-broker-deployment.html"
    : null
  )
}

# What automatic backups bring back: RDS can restore to a time within the last five minutes, unless backups are switched off.
define "restores_to" {
  of = "aws_db_instance"
  is = database_backup_days(self) > 0 ? {
    least  = 0
    most   = 300
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html"
    } : {
    never  = true
    source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html"
  }
}

define "restores_to" {
  of = ["aws_fsx_windows_file_system", "aws_fsx_openzfs_file_system"]
  is = backup_days(self) > 0 ? {
    least  = 0
    most   = 86400
    source = "https://docs.aws.amazon.com/fsx/latest/WindowsGuide/using-backups.html"
  } : null
}

# Snapshots are taken every hour, up to Elasticsearch 5.1 every day.
define "restores_to" {
  of = "search_domain"
  is = {
    least  = 0
    most   = can(regex("^(Elasticsearch_)?([12]|5\\.1)(\\.|$)", search_version(self))) ? 86400 : 3600
    source = "https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-snapshots.html"
  }
}

# The version as it is written; the oldest release of the type, or of a domain that says nothing, is what AWS takes.
define "search_version" {
  of = "aws_elasticsearch_domain"
  is = default(self.elasticsearch_version, "1.5")
}

# Without a version AWS takes the latest.
define "search_version" {
  of = "aws_opensearch_domain"
  is = default(self.engine_version, "OpenSearch")
}

define "recovery_point" {
  of = [
    "aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_neptune_cluster", "aws_fsx_windows_file_system",
    "aws_fsx_openzfs_file_system", "aws_mq_broker", "search_domain",
  ]
  is = keeps_writes_by(self) == null ? restores_to(self) : { least = 0, most = 0, source = keeps_writes_by(self) }
}
