-- Two television channels show the same picture and each its own number: a film for each of the two.
alter table spots drop constraint spots_pkey;
alter table spots add constraint spots_picture_and_number_key unique nulls not distinct (image_id, spoken_code);
