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
  of = "aws_fsx_ontap_file_system"
  is = copies(self) >= 2 ? "https://docs.aws.amazon.com/fsx/latest/ONTAPGuide/high-availability-AZ.html" : null
}

# A file system of all zones keeps what was written in several of them.
define "keeps_writes_by" {
  of = "aws_efs_file_system"
  is = default(self.availability_zone_name, "") == "" ? "https://docs.aws.amazon.com/efs/latest/ug/features.html" : null
}

define "keeps_writes_by" {
  of = "aws_redshift_cluster"
  is = self.multi_az == true ? "https://docs.aws.amazon.com/redshift/latest/mgmt/managing-cluster-multi-az.html" : null
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

# What backups bring back at worst. Automatic ones of RDS restore to a time within the last five minutes. Where they are switched off, a
# backup plan may make backups all the same; its continuous ones do as well as those of RDS.
define "restores_to" {
  of = "aws_db_instance"
  is = (
    database_backup_days(self) > 0 || is_backed_up_continuously(self) ? {
      least  = 0
      most   = 300
      source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html"
    } :
    length(backup_plans(self)) > 0 ? planned_backup(self) :
    {
      never  = true
      source = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html"
    }
  )
}

# What stands in one zone, and is not backed up unless somebody plans it.
define "restores_to" {
  of = ["aws_ebs_volume", "aws_efs_file_system", "aws_fsx_lustre_file_system", "aws_fsx_ontap_file_system"]
  is = planned_backup(self)
}

# Snapshots are taken every eight hours, or earlier where much changes.
define "restores_to" {
  of = "aws_redshift_cluster"
  is = default(self.automated_snapshot_retention_period, 1) > 0 ? {
    least  = 0
    most   = 28800
    source = "https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html"
  } : planned_backup(self)
}

# The plans that back it up.
define "backup_plans" {
  is = flatten([for s in referrers(self, "covers", "aws_backup_selection") : linked(s, "member_of", "aws_backup_plan")])
}

define "is_backed_up_continuously" {
  is = anytrue(flatten([for p in backup_plans(self) : [for r in default(p.rule, []) : r.enable_continuous_backup == true]]))
}

# From one planned backup to the next, of the rule that makes most: all that was written in between is lost at worst. A backup starts at any
# time within its window, of eight hours unless somebody sets it.
define "planned_backup" {
  is = try(
    [
      for spans in [flatten([for p in backup_plans(self) : backup_spans(p)])] : {
        least  = min([for s in spans : s.between]...)
        most   = min([for s in spans : s.between + s.window]...)
        source = "https://docs.aws.amazon.com/aws-backup/latest/devguide/creating-a-backup-plan.html"
      }
    ][0],
    null,
  )
}

# The rate or the fields of the schedules of a plan; AWS refuses a rate of none. The fields: minute, hour, day of the month, month, day of the week. One that is not written is every day at five.
define "backup_schedules" {
  of = "aws_backup_plan"
  is = [
    for r in default(self.rule, []) : {
      rate   = try(regex("^rate\\(\\s*0*([1-9][0-9]*)\\s+(minute|hour|day)s?\\s*\\)$", r.schedule), null)
      window = 60 * default(r.start_window, 480)
      cron = try(
        split(" ", replace(trimspace(regex("^cron\\((.*)\\)$", default(r.schedule, "") == "" ? "cron(0 5 ? * * *)" : r.schedule)[0]), "/\\s+/", " ")),
        null,
      )
    }
  ]
}

# What each field says, as numbers in order: all of them for a star, steps, ranges and lists. Days of the week begin on Sunday, with 1. What
# says more than that (the last day, the second Monday) is not read.
define "backup_times" {
  of = "aws_backup_plan"
  is = [
    for s in backup_schedules(self) : {
      rate   = s.rate
      window = s.window
      fields = try([
        for i, limits in [[0, 59], [0, 23], [1, 31], [1, 12], [1, 7]] : [
          for parts in [[
            for part in split(",", i != 4 ? s.cron[i] : replace(replace(replace(replace(replace(replace(replace(
              upper(s.cron[i]), "SUN", "1"), "MON", "2"), "TUE", "3"), "WED", "4"), "THU", "5"), "FRI", "6"), "SAT", "7")) : [
              for m in [regex("^(?:([*?])|([0-9]+)(?:-([0-9]+))?)(?:/([0-9]+))?$", part)] : {
                first = m[0] != null ? limits[0] : tonumber(m[1])
                last  = m[0] != null || m[2] == null && m[3] != null ? limits[1] : tonumber(default(m[2], m[1]))
                step  = tonumber(default(m[3], "1"))
              }
            ][0]
          ]] : [for n in range(limits[0], limits[1] + 1) : n if anytrue([for p in parts : n >= p.first && n <= p.last && (n - p.first) % p.step == 0])]
        ][0]
      ], null)
    }
  ]
}

# How long it is from one time of a schedule to the next at worst, in seconds: field by field from minutes to months, in which the days
# between the last one and the first one of the next round count. A month has 31 days where it has most.
define "backup_spans" {
  of = "aws_backup_plan"
  is = [
    for t in backup_times(self) : {
      window = t.window
      between = (
        t.rate != null
        ? tonumber(t.rate[0]) * { minute = 60, hour = 3600, day = 86400 }[t.rate[1]]
        : [
          for at in [
            {
              minutes = t.fields[0]
              hours   = t.fields[1]
              days = (
                length(t.fields[4]) < 7
                ? max([for i, d in t.fields[4] : (i + 1 < length(t.fields[4]) ? t.fields[4][i + 1] : t.fields[4][0] + 7) - d]...)
                : max([for i, d in t.fields[2] : (i + 1 < length(t.fields[2]) ? t.fields[2][i + 1] : t.fields[2][0] + 31) - d]...)
              )
              months = max([for i, m in t.fields[3] : (i + 1 < length(t.fields[3]) ? t.fields[3][i + 1] : t.fields[3][0] + 12) - m]...)
            }
            ] : [
            for spread in [60 * (max(at.minutes...) - min(at.minutes...))] : max(
              max([for i, m in at.minutes : i + 1 < length(at.minutes) ? 60 * (at.minutes[i + 1] - m) : 0]...),
              max([for i, h in at.hours : i + 1 < length(at.hours) ? 3600 * (at.hours[i + 1] - h) - spread : 0]...),
              86400 * (at.days + 28 * (at.months - 1)) - 3600 * (max(at.hours...) - min(at.hours...)) - spread,
            )
          ][0]
        ][0]
      )
    }
  ]
}

define "restores_to" {
  of = ["aws_fsx_windows_file_system", "aws_fsx_openzfs_file_system"]
  is = backup_days(self) > 0 ? {
    least  = 86400
    most   = 86400
    source = "https://docs.aws.amazon.com/fsx/latest/WindowsGuide/using-backups.html"
  } : planned_backup(self)
}

# Snapshots are taken every hour, up to Elasticsearch 5.1 every day.
define "restores_to" {
  of = "search_domain"
  is = {
    least  = can(regex("^(Elasticsearch_)?([12]|5\\.1)(\\.|$)", search_version(self))) ? 86400 : 3600
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
    "aws_fsx_openzfs_file_system", "aws_fsx_lustre_file_system", "aws_fsx_ontap_file_system", "aws_mq_broker", "search_domain",
    "aws_ebs_volume", "aws_efs_file_system", "aws_redshift_cluster",
  ]
  is = keeps_writes_by(self) == null ? restores_to(self) : { least = 0, most = 0, source = keeps_writes_by(self) }
}
