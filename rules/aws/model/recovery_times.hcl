# How long a recovery takes and how much of the latest data it loses, in seconds: what targets of `intent` blocks are compared with. Each
# has the page that says so. Where AWS publishes no figure, there is none here, and the target is unknown.

# A standby in another zone takes over.
define "recovery_time" {
  of = "aws_db_instance"
  is = self.multi_az == true ? {
    least  = 60
    most   = 120
    source = "Amazon RDS User Guide: Failing over a Multi-AZ DB instance (failover times are typically 60–120 seconds)"
  } : null
}

# A reader takes over.
define "recovery_time" {
  of = "aws_rds_cluster"
  is = copies(self) >= 2 ? {
    least  = 0
    most   = 60
    source = "Amazon Aurora User Guide: High availability for Amazon Aurora (service is typically restored in less than 60 seconds)"
  } : null
}

define "recovery_time" {
  of = "aws_docdb_cluster"
  is = copies(self) >= 2 ? {
    least  = 0
    most   = 120
    source = "Amazon DocumentDB Developer Guide: Understanding cluster fault tolerance (typically restored in less than 120 seconds)"
  } : null
}

define "recovery_time" {
  of = "aws_neptune_cluster"
  is = copies(self) >= 2 ? {
    least  = 0
    most   = 120
    source = "Amazon Neptune User Guide: Fault tolerance for a Neptune DB cluster (typically restored in less than 120 seconds)"
  } : null
}

# Committed writes are on the standby already. Without one they come from the logs that RDS uploads every five minutes, or from nothing.
define "recovery_point" {
  of = "aws_db_instance"
  is = self.multi_az == true ? {
    least  = 0
    most   = 0
    source = "Amazon RDS User Guide: Multi-AZ DB instance deployments (synchronous standby)"
    } : default(self.backup_retention_period, 0) > 0 ? {
    least  = 0
    most   = 300
    source = "Amazon RDS User Guide: Restoring a DB instance to a specified time (transaction logs every five minutes)"
    } : {
    least  = 31536000000
    source = "Amazon RDS User Guide: Working with backups (a retention of 0 days switches backups off)"
  }
}

# Their storage is in three zones, however many instances there are.
define "recovery_point" {
  of = "aws_rds_cluster"
  is = {
    least  = 0
    most   = 0
    source = "Amazon Aurora User Guide: High availability for Amazon Aurora (six copies in three zones, written synchronously)"
  }
}

define "recovery_point" {
  of = "aws_docdb_cluster"
  is = {
    least  = 0
    most   = 0
    source = "Amazon DocumentDB Developer Guide: Understanding cluster fault tolerance (a zone may fail without any loss of data)"
  }
}

define "recovery_point" {
  of = "aws_neptune_cluster"
  is = {
    least  = 0
    most   = 0
    source = "Amazon Neptune User Guide: Fault tolerance for a Neptune DB cluster (the volume spans zones)"
  }
}

# A pair writes to both zones before it answers; otherwise there is the latest of the daily backups, or nothing.
define "recovery_point" {
  of = ["aws_fsx_windows_file_system", "aws_fsx_openzfs_file_system"]
  is = copies(self) >= 2 ? {
    least  = 0
    most   = 0
    source = "FSx User Guides: Single-AZ and Multi-AZ file systems (replicated synchronously between both zones)"
    } : self.automatic_backup_retention_days > 0 ? {
    least  = 0
    most   = 86400
    source = "FSx User Guides: Working with automatic daily backups"
  } : null
}

# Snapshots are taken every hour.
define "recovery_point" {
  of = "search_domain"
  is = {
    least  = 0
    most   = 3600
    source = "Amazon OpenSearch Service Developer Guide: Creating index snapshots (hourly automated snapshots)"
  }
}

# Both brokers work on one file system that spans zones.
define "recovery_point" {
  of = "aws_mq_broker"
  is = self.deployment_mode == "ACTIVE_STANDBY_MULTI_AZ" ? {
    least  = 0
    most   = 0
    source = "Amazon MQ Developer Guide: Active/standby broker (storage replicated across zones)"
  } : null
}
